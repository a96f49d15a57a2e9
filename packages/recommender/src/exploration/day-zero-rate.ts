/** What was seen of an item: times it was shown, and how many of these were clicked. */
export interface Trials {
  readonly impressions: number;
  readonly clicks: number;
}

export interface NeighbourTrials extends Trials {
  /** Similarity of content, in [-1, 1]; below 0 it counts for nothing. */
  readonly similarity: number;
}

/** Impressions at the catalogue's rate that neighbours are filled up with. */
const smoothing = 50;

/**
 * The click rate to expect of an item on its first day, from its content neighbours j:
 *
 *   m = (sum_j w_j clicks_j + 50 r) / (sum_j w_j impressions_j + 50),   w_j = max(0, similarity_j)^2
 *
 * with r the rate of the catalogue. In (0, 1) when r is.
 */
export function dayZeroRate(neighbours: readonly NeighbourTrials[], catalogueRate: number): number {
  let clicks = smoothing * catalogueRate;
  let impressions = smoothing;
  for (const neighbour of neighbours) {
    const weight = Math.max(0, neighbour.similarity) ** 2;
    // A click without an impression (a repeated one, a late one) must not make a rate above 1.
    clicks += weight * Math.min(neighbour.clicks, neighbour.impressions);
    impressions += weight * neighbour.impressions;
  }
  return clicks / impressions;
}

/** (clicks + 1) / (impressions + 20): one in twenty while nothing was shown yet. In (0, 1). */
export function catalogueRate(all: Iterable<Trials>): number {
  let [clicks, impressions] = [1, 20];
  for (const trials of all) {
    clicks += Math.min(trials.clicks, trials.impressions);
    impressions += trials.impressions;
  }
  return clicks / impressions;
}
