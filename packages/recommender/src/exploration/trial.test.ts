import { seededRandom } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { calibration } from './calibration.js';
import { catalogueRate, dayZeroRate } from './day-zero-rate.js';
import { thompsonCurve, thompsonShares } from './thompson-shares.js';
import { posterior, trialVerdict } from './trial-state.js';

describe('the day-0 rate', () => {
  it('is the catalogue’s without neighbours, and near theirs when they are close and were shown often', () => {
    expect(dayZeroRate([], 0.04)).toBeCloseTo(0.04, 12);
    const near = { similarity: 0.9, impressions: 10_000, clicks: 1_000 };
    expect(dayZeroRate([near], 0.04)).toBeCloseTo(0.1, 3);
    expect(dayZeroRate([{ ...near, similarity: -0.9 }], 0.04)).toBeCloseTo(0.04, 12);
  });

  it('stays a rate when clicks outnumber impressions', () => {
    expect(dayZeroRate([{ similarity: 1, impressions: 3, clicks: 50 }], 0.5)).toBeLessThan(1);
    expect(catalogueRate([{ impressions: 3, clicks: 50 }])).toBeLessThan(1);
  });
});

describe('Thompson shares', () => {
  it('add up to one, are even between equals and follow the belief', () => {
    const shares = thompsonShares(
      [
        { a: 2, b: 30 },
        { a: 2, b: 30 },
        { a: 6, b: 30 },
      ].map(thompsonCurve),
    );
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(shares[0]).toBeCloseTo(shares[1] ?? 0, 12);
    expect(shares[2]).toBeGreaterThan(0.7);
  });

  it('are the probability that the draw is the highest: exact for uniform beliefs', () => {
    // P(max of two uniform draws < X), X ~ Beta(2, 1): integral 2 x x^2 dx = 1/2.
    const shares = thompsonShares(
      [
        { a: 2, b: 1 },
        { a: 1, b: 1 },
        { a: 1, b: 1 },
      ].map(thompsonCurve),
    );
    expect(shares[0]).toBeCloseTo(0.5, 3);
  });
});

describe('a trial', () => {
  const rules = { priorStrength: 30, certainWidth: 0.05, poorBelow: 0.5, minimumImpressions: 0 };
  const verdict = (impressions: number, clicks: number) =>
    trialVerdict(posterior(0.05, { impressions, clicks }, rules.priorStrength), 0.05, rules);

  it('goes on while little is known', () => {
    expect(verdict(0, 0)).toBeNull();
    expect(verdict(50, 3)).toBeNull();
  });
  it('ends well when the interval is narrow enough', () =>
    expect(verdict(600, 40)).toEqual({ outcome: 'GRADUATED', cause: 'CERTAIN' }));
  it('ends early for an item that is surely poor', () =>
    expect(verdict(250, 0)).toEqual({ outcome: 'RETIRED', cause: 'SURELY_POOR' }));
  it('goes on until an item has had the impressions that were promised to it', () => {
    const belief = (impressions: number) => posterior(0.05, { impressions, clicks: 0 }, rules.priorStrength);
    const patient = { ...rules, minimumImpressions: 300 };
    expect(trialVerdict(belief(299), 0.05, patient)).toBeNull();
    expect(trialVerdict(belief(300), 0.05, patient)?.outcome).toBe('RETIRED');
  });
  it('ends for an item that is known, and below the mark', () =>
    expect(verdict(900, 20)).toEqual({ outcome: 'RETIRED', cause: 'POOR' }));
});

describe('calibration of day-0 rates', () => {
  const random = seededRandom(3);
  const outcomes = (bias: number) =>
    Array.from({ length: 400 }, () => {
      const rate = 0.02 + 0.2 * random();
      const impressions = 50 + Math.floor(random() * 400);
      let clicks = 0;
      for (let n = 0; n < impressions; n++) if (random() < rate) clicks++;
      return { expected: rate * bias, impressions, clicks };
    });

  it('finds expectations that come true within the interval of nearly every bin', () => {
    const { bins, calibrationError } = calibration(outcomes(1));
    expect(bins).toHaveLength(10);
    expect(
      bins.filter(({ expected, low, high }) => low <= expected && expected <= high).length,
    ).toBeGreaterThan(7);
    expect(calibrationError).toBeLessThan(0.01);
  });

  it('finds expectations that are twice too high', () => {
    const { bins, calibrationError } = calibration(outcomes(2));
    expect(bins.every(({ expected, high }) => expected > high)).toBe(true);
    expect(calibrationError).toBeGreaterThan(0.05);
  });

  it('says nothing of items that were never shown', () => {
    expect(calibration([{ expected: 0.1, impressions: 0, clicks: 0 }])).toEqual({
      bins: [],
      calibrationError: 0,
      brierScore: 0,
    });
  });
});
