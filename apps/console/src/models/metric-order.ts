import type { Model } from './use-models';

type Slices = Model['metrics'];
type Metric = Slices[number]['metrics'][number];
export type Series = 'value' | 'active' | 'untrained';

/** Ranking first, then hits, then what the lists are like; what a newer API measures besides comes last. */
const order = [
  'ndcg',
  'recall',
  'precision',
  'f1',
  'accuracy',
  'hitRate',
  'map',
  'mrr',
  'auc',
  'coverage',
  'diversity',
  'novelty',
  'coldShare',
];
const placeOf = (name: string) => {
  const at = order.indexOf(name.split('@')[0] ?? name);
  return at === -1 ? order.length : at;
};

/** Names of the metrics that all people of a slice are measured by, in a fixed order. */
export function metricsOf(
  slices: readonly { readonly metrics: readonly { readonly name: string }[] }[],
): readonly string[] {
  const names = new Set(slices.flatMap(({ metrics }) => metrics.map(({ name }) => name)));
  return [...names]
    .filter((name) => !name.includes('/'))
    .sort((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1));
}

export const metricOf = (metrics: readonly Metric[], name: string): Metric | undefined =>
  metrics.find((metric) => metric.name === name);

/** The metrics named `k=N/…`: of new people of whom N likes were told. */
export function byLikes(slices: Slices): readonly { readonly likes: number; readonly metric: Metric }[] {
  return slices
    .flatMap(({ metrics }) => metrics)
    .flatMap((metric) => {
      const [, likes] = /^k=(\d+)\//.exec(metric.name) ?? [];
      return likes === undefined ? [] : [{ likes: Number(likes), metric }];
    })
    .sort((a, b) => a.likes - b.likes);
}

/** What there is to compare: the version itself, what served then, and no model. */
export const seriesOf = (metrics: readonly Metric[]): readonly Series[] =>
  (['value', 'active', 'untrained'] as const).filter((series) =>
    metrics.some((metric) => metric[series] != null),
  );
