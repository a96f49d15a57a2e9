import { seededRandom } from '@kindling/domain';
import { expect, test } from 'vitest';
import { banditShares, withFloor } from './bandit.js';

const arm = (mean: number, n = 1_000) => ({ n, mean, standardError: 1 / Math.sqrt(n) });

test('favours the best arm, keeps testing its rival, and starves nobody', () => {
  const shares = banditShares([arm(0), arm(0.1), arm(0.3)], { floor: 0.05, random: seededRandom('bandit') });
  const [worst = 0, rival = 0, best = 0] = shares;
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  expect(best).toBeGreaterThan(rival);
  expect(rival).toBeGreaterThan(0.2);
  expect(worst).toBeGreaterThanOrEqual(0.05);
});

test('serves evenly until every arm has a hundred profiles', () => {
  expect(banditShares([arm(9), arm(0, 99)], { floor: 0, random: seededRandom('early') })).toEqual([0.5, 0.5]);
});

test('of two arms the better one gets more than half, and the other its floor at least', () => {
  const [worse = 0, better = 0] = banditShares([arm(0), arm(0.2)], {
    floor: 0.1,
    random: seededRandom('two'),
  });
  expect(better).toBeGreaterThan(0.8);
  expect(worse).toBeGreaterThanOrEqual(0.1);
});

test('a floor that leaves nothing to give means even shares', () => {
  expect(withFloor([1, 0, 0, 0], 0.5)).toEqual([0.25, 0.25, 0.25, 0.25]);
});

test('finds the best arm of a simulated catalogue, and spends most traffic on it', () => {
  const random = seededRandom('play');
  const rates = [0.1, 0.12, 0.2];
  const arms = rates.map(() => ({ n: 0, wins: 0 }));
  let shares = rates.map(() => 1 / 3);
  for (let round = 0; round < 20; round++) {
    for (const [at, state] of arms.entries()) {
      for (let unit = 0; unit < Math.round(500 * (shares[at] ?? 0)); unit++) {
        state.n += 1;
        if (random() < (rates[at] ?? 0)) state.wins += 1;
      }
    }
    const posteriors = arms.map(({ n, wins }) => {
      const mean = (wins + 1) / (n + 2);
      return { n, mean, standardError: Math.sqrt((mean * (1 - mean)) / n) };
    });
    shares = banditShares(posteriors, { floor: 0.05, random, draws: 1_000 });
  }
  expect(shares[2]).toBe(Math.max(...shares));
  expect(arms[2]?.n).toBe(Math.max(...arms.map(({ n }) => n)));
});
