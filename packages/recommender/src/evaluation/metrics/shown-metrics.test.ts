import fc from 'fast-check';
import { expect, it } from 'vitest';
import { coldShareAt } from './cold-share.js';
import { coverageAt } from './coverage.js';
import { intraListDiversityAt } from './intra-list-diversity.js';
import { noveltyAt } from './novelty.js';

/* What a list shows, against its definition written out the slow way, on any list over 12 candidates. */
const candidates = 12;
const all = Array.from({ length: candidates }, (_, item) => item);
const anyList = () => fc.uniqueArray(fc.nat(candidates - 1), { maxLength: candidates });
const anyCase = fc.record({ ranked: anyList(), other: anyList(), cutoff: fc.integer({ min: 1, max: 15 }) });
const check = (property: (value: { ranked: number[]; other: number[]; cutoff: number }) => void) =>
  fc.assert(fc.property(anyCase, property));
const mean = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((total, value) => total + value, 0) / values.length;

it('coverage counts what anybody is shown', () =>
  check(({ ranked, other, cutoff }) => {
    const shown = all.filter((item) => [ranked, other].some((list) => list.slice(0, cutoff).includes(item)));
    expect(coverageAt([ranked, other], cutoff, candidates)).toBe(shown.length / candidates);
  }));

it('novelty and the share of cold items look at the events of training', () =>
  check(({ ranked, cutoff }) => {
    const events = all.map((item) => (item % 3 === 0 ? 0 : item));
    const shown = ranked.slice(0, cutoff);
    const bits = shown.map((item) => -Math.log2(((events[item] ?? 0) + 1) / 21));
    expect(noveltyAt(ranked, cutoff, events, 20)).toBeCloseTo(mean(bits), 12);
    const cold = shown.map((item) => (events[item] === 0 ? 1 : 0));
    expect(coldShareAt(ranked, cutoff, events)).toBeCloseTo(mean(cold), 12);
  }));

it('diversity is one minus the mean cosine of all pairs', () =>
  check(({ ranked, cutoff }) => {
    const vectors = all.map((item) => Float32Array.from([Math.cos(item), Math.sin(item)]));
    const shown = ranked.slice(0, cutoff);
    const cosines = shown.flatMap((a, at) => shown.slice(at + 1).map((b) => Math.cos(a - b)));
    const expected = cosines.length === 0 ? 0 : 1 - mean(cosines);
    expect(intraListDiversityAt(ranked, cutoff, vectors)).toBeCloseTo(expected, 5);
  }));
