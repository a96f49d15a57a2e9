import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../run.js';

interface Case {
  readonly id: string;
  readonly kind: string;
  readonly input: unknown;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly decimals: number;
  readonly decimals_p?: number;
}

const path = createRequire(import.meta.url).resolve('@kindling/experiments/published-cases.json');
const cases = (JSON.parse(readFileSync(path, 'utf8')) as { vectors: Case[] }).vectors;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kindling-stats-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function stats(text: string) {
  writeFileSync(join(folder, 'vectors.json'), text);
  let out = '';
  let remarks = '';
  const code = await run(['stats', 'vectors.json'], {
    environment: { url: undefined, key: undefined, workingDirectory: folder },
    out: (piece) => {
      out += piece;
    },
    remark: (piece) => {
      remarks += piece;
    },
    isTerminal: false,
    signal: new AbortController().signal,
  });
  return { code, out, remarks };
}

async function results(vectors: readonly object[]) {
  const { out } = await stats(JSON.stringify({ vectors }));
  const parsed = JSON.parse(out) as { results: { id: string; result: Record<string, unknown> }[] };
  return new Map(parsed.results.map(({ id, result }) => [id, result]));
}

const boundsOf = (result: Record<string, unknown> | undefined) => (result?.ci ?? []) as (number | null)[];

/** Alpha spending of group-sequential designs is not offered: the confidence sequence may be read at any time. */
const notOffered = new Set(['sc-gst-spending']);

describe('agrees with what other projects publish', async () => {
  for (const one of cases) {
    test(`${one.id} (${one.kind})`, async () => {
      const result = (await results(cases)).get(one.id) ?? {};
      if (notOffered.has(one.id)) {
        expect(result.error).toContain('There is no kind');
        return;
      }
      const { rtol, ...expected } = one.expected;
      for (const [field, value] of Object.entries(expected)) {
        const decimals = field === 'p' ? (one.decimals_p ?? one.decimals) : one.decimals;
        const found = [result[field]].flat();
        const wanted = [value].flat();
        expect(found, field).toHaveLength(wanted.length);
        for (const [at, number] of wanted.entries()) {
          if (typeof number !== 'number') expect(found[at], field).toBe(number);
          else if (typeof rtol === 'number') {
            expect(Math.abs(Number(found[at]) / number - 1), field).toBeLessThan(rtol);
          } else
            expect(Math.abs(Number(found[at]) - number), field).toBeLessThanOrEqual(0.51 * 10 ** -decimals);
        }
      }
    });
  }
});

describe('other options of the same kinds', () => {
  const a = { type: 'mean', n: 3000, sum: 1396.87, sum_squares: 52377.9767 };
  const b = { type: 'mean', n: 3461, sum: 2422.7, sum_squares: 134698.29 };

  test('"less" is the mirror of "greater"', async () => {
    const [greater, less] = [
      { a, b },
      { a: b, b: a },
    ];
    const found = await results([
      { id: '1', kind: 'one_sided_greater_t', input: { ...greater, difference: 'absolute' } },
      { id: '2', kind: 'one_sided_less_t', input: { ...less, difference: 'absolute' } },
      { id: '3', kind: 'sequential_one_sided_greater', input: { ...greater, difference: 'absolute' } },
      { id: '4', kind: 'sequential_one_sided_less', input: { ...less, difference: 'absolute' } },
    ]);
    for (const [one, other] of [
      ['1', '2'],
      ['3', '4'],
    ] as const) {
      expect(found.get(other)?.p).toBeCloseTo(Number(found.get(one)?.p), 12);
      expect(boundsOf(found.get(other))[1]).toBeCloseTo(-Number(boundsOf(found.get(one))[0]), 12);
    }
  });

  test('a prior pulls the posterior towards itself, on the scale of the difference', async () => {
    const input = { a, b, difference: 'relative', alpha: 0.05 };
    const prior = { mean: 0, variance: 0.09, proper: true };
    const found = await results([
      { id: 'flat', kind: 'bayes_normal_effect', input },
      {
        id: 'improper',
        kind: 'bayes_normal_effect',
        input: { ...input, prior: { ...prior, proper: false } },
      },
      { id: 'prior', kind: 'bayes_normal_effect', input: { ...input, prior } },
    ]);
    expect(found.get('improper')).toEqual(found.get('flat'));
    const [flat, se] = [Number(found.get('flat')?.expected), Number(found.get('flat')?.se)];
    expect(found.get('prior')?.expected).toBeCloseTo(flat / se ** 2 / (1 / se ** 2 + 1 / 0.09), 10);
  });
});

test('answers the other vectors when one has an unknown kind, a bad input or no answer', async () => {
  const flat = { type: 'mean', n: 10, sum: 10, sum_squares: 10 };
  const found = await results([
    { id: 'unknown', kind: 'tea_leaves', input: {} },
    { id: 'bad', kind: 'bayes_risk', input: { mu: 'many' } },
    { id: 'flat', kind: 'welch_t', input: { a: flat, b: flat } },
    { id: 'good', kind: 'bayes_risk', input: { mu: 0.1, sigma: 0.05 } },
  ]);
  expect(found.get('unknown')?.error).toContain('There is no kind "tea_leaves": use welch_t');
  expect(found.get('bad')?.error).toContain('input.mu');
  expect(found.get('bad')?.error).toContain('input.sigma');
  expect(found.get('flat')?.error).toContain('no standard error');
  expect(found.get('good')?.risk).toHaveLength(2);
});

test.each([
  ['{"vectors": [\n  {"id": x}\n]}', 2],
  ['{"vectors": [\n  {"id": "a",\n }\n]}', 3],
  ['{"vectors": [\n  {"id": "a"}\n\n', 4],
  ['{"vectors":\n []}\n}', 3],
  ['{"vectors": [\n {"id": "not\nclosed"}]}', 2],
])('names the line at which a file stops being JSON: %j', async (text, line) => {
  const { code, remarks } = await stats(text);
  expect(code).toBe(1);
  expect(remarks).toContain(`vectors.json, line ${line}: not JSON`);
});

test('says which part of the file has the wrong shape', async () => {
  const { code, remarks } = await stats('{"vectors": [{"id": "a"}]}');
  expect(code).toBe(1);
  expect(remarks).toContain('vectors.0.kind');
});
