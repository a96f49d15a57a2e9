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
  const { code, remarks } = await stats('{"vectors": 3}');
  expect(code).toBe(1);
  expect(remarks).toContain('vectors.json: vectors');
});

test('a vector without a kind, an id or any shape costs the others nothing', async () => {
  const good = { id: 7, kind: 'srm_chi2', input: { users: [100, 100], weights: [1, 1] } };
  const file = { vectors: [{ id: 'a' }, { kind: 'srm_chi2', input: good.input }, null, good] };
  const { code, out } = await stats(JSON.stringify(file));
  expect(code).toBe(0);
  expect(JSON.parse(out).results).toMatchObject([
    { id: 'a', result: { error: expect.stringContaining('vectors.0.kind') } },
    { id: 'vectors.1', result: { error: expect.stringContaining('vectors.1.id') } },
    { id: 'vectors.2', result: { error: expect.stringContaining('vectors.2') } },
    { id: 7, result: { p: 1 } },
  ]);
});

describe('what the results of an experiment use, from sums in a file', () => {
  const arm = (n: number, mean: number, variance: number) => ({
    type: 'mean',
    n,
    sum: n * mean,
    sum_squares: (n - 1) * variance + n * mean ** 2,
  });
  const answer = async (kind: string, input: object) =>
    (await results([{ id: 'x', kind, input }])).get('x') ?? {};

  test('strata: arms of different mix and equal means have no difference, which a plain comparison does not see', async () => {
    const strata = [
      { a: arm(100, 1, 1), b: arm(300, 1, 1) },
      { a: arm(300, 3, 1), b: arm(100, 3, 1) },
    ];
    const adjusted = await answer('post_stratification', { strata, difference: 'absolute' });
    expect(adjusted.expected).toBeCloseTo(0, 12);
    // sum of w^2 s2/n with w = 1/2: 2 arms x (1/100 + 1/300) / 4
    expect(adjusted.se).toBeCloseTo(Math.sqrt((2 * (1 / 100 + 1 / 300)) / 4), 12);
    const sequence = await answer('post_stratification', { strata, difference: 'absolute', sequential: 800 });
    expect(Number(boundsOf(sequence)[1])).toBeGreaterThan(Number(boundsOf(adjusted)[1]));
  });

  test('a guardrail is safe when a loss of its margin is excluded, and harmed beyond it', async () => {
    const ask = (mean: number, more: object = {}) =>
      answer('non_inferiority', { a: arm(5_000, 10, 4), b: arm(5_000, mean, 4), margin: 0.05, ...more });
    expect((await ask(10)).verdict).toBe('SAFE');
    expect((await ask(9)).verdict).toBe('HARMED');
    expect((await ask(9.55)).verdict).toBe('UNDECIDED');
    expect((await ask(10, { sequential: false })).verdict).toBe('SAFE');
    expect((await ask(11, { harm: 'increase' })).verdict).toBe('HARMED');
  });

  test('a tail is cut at the percentile, linear between the values around it', async () => {
    const { cap, values } = await answer('winsorize', { values: [1, 2, 3, 4, 100], percentile: 0.75 });
    expect([cap, values]).toEqual([4, [1, 2, 3, 4, 4]]);
  });

  test('win shares count a profile once, and ask for two of them', async () => {
    const profiles = [
      { a: 0, b: 9 },
      { a: 1, b: 0 },
      { a: 1, b: 1 },
      { a: 0, b: 0 },
    ];
    expect((await answer('interleaving_win_share', { profiles })).win_share).toBeCloseTo(0.5, 12);
    const one = await answer('interleaving_win_share', { profiles: [{ a: 0, b: 1 }] });
    expect(one.error).toContain('two profiles');
  });

  test('a bandit serves evenly at first, then its best arm more, and repeats itself', async () => {
    const arms = [0.1, 0.2, 0.5].map((mean) => ({ n: 500, mean, se: 0.05 }));
    const { weights, best_arm_probabilities: best } = await answer('bandit_shares', { arms, floor: 0.1 });
    expect((weights as number[])[2]).toBeCloseTo(0.1 + 0.7 * 0.5, 2);
    expect((best as number[])[2]).toBeGreaterThan(0.99);
    expect(await answer('bandit_shares', { arms, floor: 0.1 })).toEqual({
      weights,
      best_arm_probabilities: best,
    });
    const young = arms.map((one) => ({ ...one, n: 20 }));
    expect((await answer('bandit_shares', { arms: young })).weights).toEqual([1 / 3, 1 / 3, 1 / 3]);
    const { weights: lower } = await answer('bandit_shares', { arms, inverse: true });
    expect((lower as number[])[0]).toBe(Math.max(...(lower as number[])));
  });

  test('a sample ratio is told however few the users are, and none at all are no mismatch', async () => {
    expect((await answer('srm_chi2', { users: [0, 5], weights: [1, 1] })).p).toBeCloseTo(0.0253, 4);
    expect((await answer('srm_chi2', { users: [0, 0], weights: [1, 1] })).p).toBe(1);
  });
});

test('stats --verify prints a line a metric and test, of as many runs as were asked for', async () => {
  let out = '';
  const code = await run(['stats', '--verify', '--runs', '10'], {
    environment: { url: undefined, key: undefined, workingDirectory: folder },
    out: (piece) => {
      out += piece;
    },
    remark: () => {},
    isTerminal: false,
    signal: new AbortController().signal,
  });
  expect(code).toBe(0);
  expect(out).toMatch(/^10 runs each/);
  const rules = ['always valid', 'fixed horizon', 'expected loss'];
  for (const test of ['confidence sequence', 't-test', 'Bayesian', 'guardrail', ...rules])
    expect(out.match(new RegExp(`heavy tail +${test}`, 'g'))).toHaveLength(1);
}, 60_000);
