import { accuracy } from './accuracy.js';
import { auc } from './auc.js';
import { averagePrecision } from './average-precision.js';
import { f1 } from './f1.js';
import { hitRate } from './hit-rate.js';
import { ndcg } from './ndcg.js';
import { precision } from './precision.js';
import type { ListMetric } from './ranked-targets.js';
import { recall } from './recall.js';
import { reciprocalRank } from './reciprocal-rank.js';

/** Metrics of one person's list; what is reported is their mean over people. */
export const listMetrics: Readonly<Record<string, ListMetric>> = {
  ndcg,
  recall,
  precision,
  f1,
  accuracy,
  mrr: reciprocalRank,
  hitRate,
  map: averagePrecision,
  auc,
};
