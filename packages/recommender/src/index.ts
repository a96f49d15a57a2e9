export { type BenchmarkReport, type BenchmarkSettings, benchmarkRecommender } from './benchmark.js';
export {
  type ColdUserEvaluation,
  type ColdUserTask,
  coldUserEvaluation,
  type Split,
} from './evaluation/cold-users.js';
export {
  type ExplainedSlot,
  type ExplainedTerm,
  type Explanation,
  explainSlots,
  type PageRequest,
} from './explain/explain-slots.js';
export { type Locale, localeOf, locales } from './explain/message.js';
export {
  createItemView,
  type ItemViewMemory,
  type ItemViewSettings,
  type WritableItemView,
} from './item-view/item-view.js';
export * from './ports.js';
export { presetStrategies } from './preset-strategies.js';
export {
  type RankedSlot,
  type Ranking,
  rankingSchema,
  type ServedLevelName,
  servedLevels,
  type TermName,
  termNames,
} from './ranking.js';
export { recommend } from './recommend.js';
export { type CatalogueRules, defaultDepth, type ListRequest } from './request.js';
export { type SearchRequest, search } from './search.js';
export { type SimilarItemsRequest, similarItems } from './similar-items.js';
export { defaultStrategy, type Strategy, type StrategyInput, strategySchema } from './strategy.js';
export { type Subject, subjectLimits } from './subject.js';
