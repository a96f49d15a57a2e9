import type { Random } from '@kindling/domain';
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import type { Reading } from './reading.js';

export type Team = 'a' | 'b';

export interface DraftedSlot<Item> {
  readonly item: Item;
  readonly team: Team;
}

/**
 * Team draft: in every round a fair coin says who picks first, then each ranking adds its best item that is not there
 * yet. One list, seen by one person, compares two rankings with far fewer people than an A/B test; for screening, the
 * A/B test decides. Source: Radlinski, Kurup, Joachims, "How does clickthrough data reflect retrieval quality?" (2008).
 */
export function teamDraft<Item>(
  rankings: Readonly<Record<Team, readonly Item[]>>,
  length: number,
  random: Random,
): DraftedSlot<Item>[] {
  const slots: DraftedSlot<Item>[] = [];
  const taken = new Set<Item>();
  const next = { a: 0, b: 0 };
  const draft = (team: Team) => {
    const ranking = rankings[team];
    while (next[team] < ranking.length) {
      const item = ranking[next[team]++] as Item;
      if (taken.has(item)) continue;
      taken.add(item);
      slots.push({ item, team });
      return;
    }
  };
  while (slots.length < length) {
    const before = slots.length;
    const first: Team = random() < 0.5 ? 'a' : 'b';
    draft(first);
    if (slots.length < length) draft(first === 'a' ? 'b' : 'a');
    if (slots.length === before) break;
  }
  return slots;
}

/** Clicks of one profile, each credited to the team that drafted the clicked item. */
export interface TeamClicks {
  readonly a: number;
  readonly b: number;
}

/**
 * Mean share of b's clicks per profile, against one half, by a one-sample t-test: the profile is what was randomised, so
 * one busy profile counts once. Profiles without a click say nothing. Null when fewer than two say something.
 */
export function winShare(profiles: readonly TeamClicks[], alpha: number): Reading | null {
  const shares = profiles.filter(({ a, b }) => a + b > 0).map(({ a, b }) => b / (a + b));
  const n = shares.length;
  if (n < 2) return null;
  const estimate = shares.reduce((sum, share) => sum + share, 0) / n;
  const squares = shares.reduce((sum, share) => sum + (share - estimate) ** 2, 0);
  return winShareTest(n, estimate, Math.sqrt(squares / (n - 1) / n), alpha);
}

/** The same from the mean of n profiles' shares and its standard error. */
export function winShareTest(n: number, estimate: number, standardError: number, alpha: number): Reading {
  const halfWidth = -tQuantile(alpha / 2, n - 1) * standardError;
  const distance = Math.abs(estimate - 0.5);
  return {
    estimate,
    standardError,
    interval: [estimate - halfWidth, estimate + halfWidth],
    p: distance === 0 ? 1 : 2 * tCdf(-distance / standardError, n - 1),
  };
}
