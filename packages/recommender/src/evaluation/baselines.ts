import { easeRanker } from '../rankers/ease.js';
import { encoderMeanRanker } from '../rankers/encoder-mean.js';
import { itemKnnRanker } from '../rankers/item-knn.js';
import { lexicalKnnRanker } from '../rankers/lexical-knn.js';
import { neighbourPopularityRanker } from '../rankers/neighbour-popularity.js';
import { popularityRanker } from '../rankers/popularity.js';
import { randomRanker } from '../rankers/random.js';
import { ridgeFactorMapRanker } from '../rankers/ridge-factor-map.js';
import type { EvaluatedMethod } from './evaluated-method.js';
import { rankerMethod } from './ranker-method.js';

/** The rows that are always there: what anybody could use instead, from nothing at all to a trained model. */
export const baselines = (): EvaluatedMethod[] =>
  [
    randomRanker,
    popularityRanker,
    neighbourPopularityRanker(),
    lexicalKnnRanker,
    encoderMeanRanker,
    itemKnnRanker,
    ridgeFactorMapRanker(),
    easeRanker(),
  ].map(rankerMethod);
