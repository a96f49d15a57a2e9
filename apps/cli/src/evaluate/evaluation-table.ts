import type { Evaluation, EvaluationRow } from '@kindling/recommender';

const columns = [
  'ndcg@20',
  'recall@20',
  'precision@20',
  'hitRate@20',
  'mrr@20',
  'map@20',
  'auc',
  'coverage@20',
];

/** The report as a table for people: means, the interval of the first column, and how sure the default's lead is. */
export function evaluationTable({ report, comparisons, people }: Evaluation): string {
  const slices = slicesOf(report.rows[0]);
  const measures =
    slices.length > 0 ? [columns[0] ?? '', ...slices.map((slice) => `${slice}/ndcg@20`)] : columns;
  const head = [
    'method',
    measures[0] ?? '',
    '95 % interval',
    ...measures.slice(1),
    'default leads by',
    'p (Holm)',
  ];
  const body = report.rows.map((row) => {
    const first = row.metrics[measures[0] ?? ''];
    const comparison = comparisons.find(({ method }) => method === row.method);
    return [
      row.isDefault ? `${row.method} *` : row.method,
      short(first?.mean),
      first ? `${short(first.low)} to ${short(first.high)}` : '',
      ...measures.slice(1).map((measure) => short(row.metrics[measure]?.mean)),
      comparison ? signed(comparison.difference.mean) : '',
      comparison ? comparison.p.toFixed(3) : '',
    ];
  });
  const widths = head.map((name, at) =>
    Math.max(name.length, ...body.map((cells) => cells[at]?.length ?? 0)),
  );
  const lines = [head, ...body].map((cells) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const title = `${report.dataset}, ${report.split}, seeds ${report.seeds.join(' ')}, ${people.join(' + ')} people judged`;
  return [title, '', ...lines, '', '* what Kindling serves by default', ''].join('\n');
}

const slicesOf = (row: EvaluationRow | undefined) => [
  ...new Set(
    Object.keys(row?.metrics ?? {}).flatMap((name) => (name.includes('/') ? [name.split('/')[0] ?? ''] : [])),
  ),
];
const short = (value: number | undefined) => (value === undefined ? '' : value.toFixed(4));
const signed = (value: number) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;
