export { easeRanker } from './ease.js';
export { encoderMeanRanker } from './encoder-mean.js';
export { itemKnnRanker } from './item-knn.js';
export { neighbourPopularityRanker } from './neighbour-popularity.js';
export { popularityRanker } from './popularity.js';
export { randomRanker } from './random.js';
export type { FittedRanker, HistoryItem, Ranker, TrainingParts } from './ranker.js';
export { ridgeFactorMapRanker } from './ridge-factor-map.js';
