import { expect, it } from 'vitest';
import { partsOf } from './evaluation-part';

const level = (mean: number) => ({ mean, low: mean - 0.1, high: mean + 0.1 });
const row = (method: string, kind: 'default' | 'untrained' | 'baseline', ...means: readonly number[]) => ({
  method,
  isDefault: kind === 'default',
  isBaseline: kind === 'baseline',
  metrics: ['ndcg@20', 'recall@20', 'k=0/ndcg@20', 'k=3/ndcg@20'].map((name, at) => ({
    name,
    value: level(means[at] ?? 0),
  })),
});

it('tells the parts of a split for what is served, no model, and the baseline that does best', () => {
  const { measure, methods, parts } = partsOf({
    rows: [
      row('random', 'baseline', 0.1),
      row('popularity', 'baseline', 0.3, 0.1, 0.3, 0.31),
      row('untrained', 'untrained', 0.3, 0.4, 0.2, 0.4),
      row('served', 'default', 0.5, 0.4, 0.4, 0.6),
    ],
  });
  expect(measure).toBe('ndcg@20');
  expect(methods.map(({ method }) => method)).toEqual(['served', 'untrained', 'popularity']);
  expect(parts.map(({ part }) => part)).toEqual(['k=0', 'k=3']);
  expect(parts[1]?.values).toEqual(
    new Map([
      ['served', level(0.6)],
      ['untrained', level(0.4)],
      ['popularity', level(0.31)],
    ]),
  );
});

it('finds no parts where a split has none', () => {
  const { metrics: _, ...rest } = row('served', 'default', 0.5);
  expect(partsOf({ rows: [{ ...rest, metrics: [{ name: 'ndcg@20', value: level(0.5) }] }] }).parts).toEqual(
    [],
  );
  expect(partsOf({ rows: [] }).parts).toEqual([]);
});
