import { expect, test } from 'vitest';
import { type AssignmentPlan, assign } from './assignment.js';
import { sampleRatio } from './sample-ratio.js';
import { uniformOf } from './unit-hash.js';

const plan: AssignmentPlan = {
  salt: 'ranker-v1',
  running: true,
  layer: null,
  holdout: null,
  ramp: 1,
  variants: [
    { id: 'control', weight: 1 },
    { id: 'treatment', weight: 1 },
  ],
};
const million = 1_000_000;

const evenly = (counts: Iterable<number>) =>
  sampleRatio(Array.from(counts, (users) => ({ users, weight: 1 }))).p;

test('a million consecutive units are uniform over 1,000 cells', () => {
  const counts = new Float64Array(1_000);
  for (let unit = 0; unit < million; unit++) {
    const cell = Math.floor(uniformOf('uniform', `profile-${unit}`) * 1_000);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  expect(evenly(counts)).toBeGreaterThan(0.001);
  expect(evenly(counts)).toBeLessThan(0.999);
});

test('a million units are independent across salts that differ by one character', () => {
  const counts = new Float64Array(20 * 20);
  for (let unit = 0; unit < million; unit++) {
    const name = `${unit}`;
    const row = Math.floor(uniformOf('experiment-1', name) * 20);
    const cell = row * 20 + Math.floor(uniformOf('experiment-2', name) * 20);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  expect(evenly(counts)).toBeGreaterThan(0.001);
  expect(evenly(counts)).toBeLessThan(0.999);
});

test('a million units are independent across the draws of one salt', () => {
  const counts = new Float64Array(20 * 20);
  for (let unit = 0; unit < million; unit++) {
    const name = `profile-${unit}`;
    const row = Math.floor(uniformOf('experiment', name, 3) * 20);
    const cell = row * 20 + Math.floor(uniformOf('experiment', name, 4) * 20);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  expect(evenly(counts)).toBeGreaterThan(0.001);
  expect(evenly(counts)).toBeLessThan(0.999);
});

test('gives every process the same numbers, for good: a change of the hash would move every running experiment', () => {
  expect([uniformOf('salt', 'unit'), uniformOf('', ''), uniformOf('版本', '用户-1')]).toMatchInlineSnapshot(`
    [
      0.10464185240190471,
      0.26298541860497204,
      0.7932285965449947,
    ]
  `);
});

test('salt and unit do not run into each other', () => {
  expect(uniformOf('ab', 'c')).not.toBe(uniformOf('a', 'bc'));
});

test('follows the weights, and an arm of weight 0 gets nobody', () => {
  const weights = { control: 0.7, treatment: 0.3, off: 0 };
  const variants = Object.entries(weights).map(([id, weight]) => ({ id, weight }));
  const counts = new Map<string, number>();
  for (let unit = 0; unit < 100_000; unit++) {
    const assignment = assign({ ...plan, variants }, `p${unit}`);
    if (assignment.in) counts.set(assignment.variant, (counts.get(assignment.variant) ?? 0) + 1);
  }
  expect(counts.get('off')).toBeUndefined();
  const arms = ['control', 'treatment'].map((id) => ({
    users: counts.get(id) ?? 0,
    weight: weights[id as 'control'],
  }));
  expect(sampleRatio(arms).mismatch).toBe(false);
});

test('a ramp that rises keeps everyone who is in, and their variant', () => {
  let inside = 0;
  for (let unit = 0; unit < 10_000; unit++) {
    const small = assign({ ...plan, ramp: 0.1 }, `p${unit}`);
    if (!small.in) continue;
    inside += 1;
    expect(assign({ ...plan, ramp: 0.5 }, `p${unit}`)).toEqual(small);
    expect(assign(plan, `p${unit}`)).toEqual(small);
  }
  expect(Math.abs(inside - 1_000)).toBeLessThan(120);
});

test('experiments of one layer never share a unit, and the holdout is in none', () => {
  const holdout = { salt: 'global', share: 0.1 };
  const first = { ...plan, holdout, layer: { salt: 'list', from: 0, to: 0.5 } };
  const second = { ...plan, salt: 'other', holdout, layer: { salt: 'list', from: 0.5, to: 1 } };
  const reasons = { one: 0, none: 0 };
  for (let unit = 0; unit < 10_000; unit++) {
    const [one, other] = [assign(first, `p${unit}`), assign(second, `p${unit}`)];
    expect(one.in && other.in).toBe(false);
    if (one.in || other.in) reasons.one += 1;
    else {
      reasons.none += 1;
      expect([one, other]).toEqual([
        { in: false, reason: 'HOLDOUT' },
        { in: false, reason: 'HOLDOUT' },
      ]);
    }
  }
  expect(Math.abs(reasons.none - 1_000)).toBeLessThan(120);
});

test('a stopped experiment assigns nobody but who forces a variant for QA, and an unknown variant forces nothing', () => {
  const stopped = { ...plan, running: false };
  expect(assign(stopped, 'p1')).toEqual({ in: false, reason: 'NOT_RUNNING' });
  expect(assign(stopped, 'p1', 'treatment')).toEqual({ in: true, variant: 'treatment', forced: true });
  expect(assign(stopped, 'p1', 'gone')).toEqual({ in: false, reason: 'NOT_RUNNING' });
});
