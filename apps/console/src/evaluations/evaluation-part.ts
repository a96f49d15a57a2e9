import type { Interval } from '@/design/chart/interval-plot';

interface Row {
  readonly method: string;
  readonly isDefault: boolean;
  readonly isBaseline: boolean;
  readonly metrics: readonly { readonly name: string; readonly value: Interval }[];
}

export interface EvaluationPart {
  /** As the API calls it, such as `k=3`. */
  readonly part: string;
  /** By method. */
  readonly values: ReadonlyMap<string, Interval>;
}

/**
 * The parts of a split that are reported by themselves, for three methods: what is served, the same without a model,
 * and the baseline that does best over all of them. Ten methods on each part would be read by nobody.
 */
export function partsOf({ rows }: { readonly rows: readonly Row[] }): {
  readonly measure: string | null;
  readonly methods: readonly Row[];
  readonly parts: readonly EvaluationPart[];
} {
  const named = rows[0]?.metrics.flatMap(({ name }) => {
    const at = name.indexOf('/');
    return at === -1 ? [] : [{ part: name.slice(0, at), measure: name.slice(at + 1) }];
  });
  const measure = named?.[0]?.measure ?? null;
  if (named === undefined || measure === null) return { measure: null, methods: [], parts: [] };
  const levelOf = (row: Row, name: string) => row.metrics.find((metric) => metric.name === name)?.value;
  const mean = (row: Row) => levelOf(row, measure)?.mean ?? Number.NEGATIVE_INFINITY;
  const best = rows.filter(({ isBaseline }) => isBaseline).toSorted((a, b) => mean(b) - mean(a))[0];
  const methods = [
    ...rows.filter(({ isDefault }) => isDefault),
    ...rows.filter(({ isDefault, isBaseline }) => !isDefault && !isBaseline),
    ...(best === undefined ? [] : [best]),
  ];
  const parts = named
    .filter((one) => one.measure === measure)
    .map(({ part }) => ({
      part,
      values: new Map(
        methods.flatMap((row) => {
          const value = levelOf(row, `${part}/${measure}`);
          return value === undefined ? [] : [[row.method, value] as const];
        }),
      ),
    }));
  return { measure, methods, parts };
}
