import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracyAt } from './accuracy.js';
import { auc } from './auc.js';
import { averagePrecisionAt } from './average-precision.js';
import { coldShareAt } from './cold-share.js';
import { coverageAt } from './coverage.js';
import { f1At } from './f1.js';
import { hitAt } from './hit-rate.js';
import { intraListDiversityAt } from './intra-list-diversity.js';
import { ndcgAt } from './ndcg.js';
import { noveltyAt } from './novelty.js';
import { precisionAt } from './precision.js';
import { recallAt } from './recall.js';
import { reciprocalRankAt } from './reciprocal-rank.js';

/* Each metric against its definition, written out the slow way, on any list over 12 candidates. */
const candidates = 12;
const all = Array.from({ length: candidates }, (_, item) => item);
const anyCase = fc.record({
  ranked: fc.uniqueArray(fc.nat(candidates - 1), { maxLength: candidates }),
  targets: fc.uniqueArray(fc.nat(candidates - 1), { minLength: 1, maxLength: candidates - 1 }),
  cutoff: fc.integer({ min: 1, max: 15 }),
});
const check = (property: (value: { ranked: number[]; targets: number[]; cutoff: number }) => void) =>
  fc.assert(fc.property(anyCase, property));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => (values.length === 0 ? 0 : sum(values) / values.length);

describe('by the definition', () => {
  it('precision, recall, F1 and hit rate', () =>
    check(({ ranked, targets, cutoff }) => {
      const hits = ranked.slice(0, cutoff).filter((item) => targets.includes(item)).length;
      const set = new Set(targets);
      expect(precisionAt(ranked, set, cutoff)).toBe(hits / cutoff);
      expect(recallAt(ranked, set, cutoff)).toBe(hits / targets.length);
      // 2 TP / (2 TP + FP + FN), with the empty places of a short list as false positives
      expect(f1At(ranked, set, cutoff)).toBeCloseTo((2 * hits) / (cutoff + targets.length), 12);
      expect(hitAt(ranked, set, cutoff)).toBe(hits > 0 ? 1 : 0);
    }));

  it('accuracy calls every candidate', () =>
    check(({ ranked, targets, cutoff }) => {
      const shown = ranked.slice(0, cutoff);
      const right = all.filter((item) => shown.includes(item) === targets.includes(item)).length;
      expect(accuracyAt(ranked, new Set(targets), cutoff, candidates)).toBeCloseTo(right / candidates, 12);
    }));

  it('reciprocal rank and average precision', () =>
    check(({ ranked, targets, cutoff }) => {
      const places = ranked.slice(0, cutoff).flatMap((item, at) => (targets.includes(item) ? [at + 1] : []));
      expect(reciprocalRankAt(ranked, new Set(targets), cutoff)).toBe(places[0] ? 1 / places[0] : 0);
      const precisions = places.map((place) => places.filter((one) => one <= place).length / place);
      const expected = sum(precisions) / Math.min(cutoff, targets.length);
      expect(averagePrecisionAt(ranked, new Set(targets), cutoff)).toBeCloseTo(expected, 12);
    }));

  it('NDCG is the gain as a share of the best order', () =>
    check(({ ranked, targets, cutoff }) => {
      const gain = (list: number[]) =>
        sum(list.slice(0, cutoff).map((item, at) => (targets.includes(item) ? 1 / Math.log2(at + 2) : 0)));
      expect(ndcgAt(ranked, new Set(targets), cutoff)).toBeCloseTo(gain(ranked) / gain(targets), 12);
    }));

  it('AUC compares every target with every other candidate, what is not listed tied at the end', () =>
    check(({ ranked, targets }) => {
      const placeOf = (item: number) => (ranked.includes(item) ? ranked.indexOf(item) : ranked.length);
      const wins = targets.flatMap((target) =>
        all
          .filter((item) => !targets.includes(item))
          .map((other) => (Math.sign(placeOf(other) - placeOf(target)) + 1) / 2),
      );
      expect(auc(ranked, new Set(targets), candidates)).toBeCloseTo(mean(wins), 12);
    }));

  it('coverage counts what anybody is shown', () =>
    check(({ ranked, targets, cutoff }) => {
      const shown = all.filter((item) =>
        [ranked, targets].some((list) => list.slice(0, cutoff).includes(item)),
      );
      expect(coverageAt([ranked, targets], cutoff, candidates)).toBe(shown.length / candidates);
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
});

it('NDCG is 1 for the best order, less for a later hit, and looks no further than the cutoff', () => {
  expect(ndcgAt([1, 2, 3], new Set([1, 2]), 3)).toBe(1);
  expect(ndcgAt([9, 1], new Set([1]), 2)).toBeCloseTo(1 / Math.log2(3), 12);
  expect(ndcgAt([9, 8, 1], new Set([1]), 2)).toBe(0);
  expect(ndcgAt([1], new Set(), 5)).toBe(0);
});
