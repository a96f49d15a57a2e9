import { unitVariance } from './estimate.js';
import { dimensions } from './experiment-definition.js';
import { winShareTest } from './interleaving.js';
import { type Metric, metricSchema } from './metric.js';
import { noSums, type OutcomeSums, plainEstimate } from './outcome-sums.js';
import { type SampleCheck, topValues } from './sample-check.js';
import { sampleRatioAlpha } from './sample-ratio.js';

/**
 * What interleaving has in the place of a sample ratio: the coin is fair, so on average half of the slots that a person
 * sees were drafted by either ranking. Every interleaving measures it beside what it is asked for.
 */
export const draftedShare: Metric = {
  ...metricSchema.parse({
    key: 'drafted-share',
    name: 'Share of seen slots that the second ranking drafted',
    kind: 'WIN_SHARE',
    events: ['IMPRESSION'],
    attribution: 'RECOMMENDATION',
    windowHours: 24,
  }),
  version: 1,
};

/** Below it a mean of shares is not normal enough to call anything broken. */
const fewestUnits = 10;

/**
 * Mean drafted share of a person against one half, by a one-sample t-test; `units` are people, divided by that share.
 * Events that get lost with one ranking's items and a coin that is not fair show here. Overall and, sharing alpha, by
 * trait; none for an experiment that does not measure it. A ranking too short to draft its half shows, too: clicks on
 * its slots cannot be held against one half either.
 */
export function draftedShareChecks(
  metrics: readonly Metric[],
  sums: readonly OutcomeSums[],
): readonly SampleCheck[] {
  const at = metrics.findIndex(({ key }) => key === draftedShare.key);
  const metric = metrics[at];
  if (metric === undefined) return [];
  const check = (dimension: string, value: string, alpha: number): SampleCheck => {
    const place = dimension === 'drafted' ? 'all' : dimension;
    const own = sums.find((row) => row.metric === at && row.dimension === place && row.value === value);
    const estimate = plainEstimate(metric, own ?? noSums(0));
    const { n, value: share } = estimate;
    const units = [Math.round(n * (1 - share)), Math.round(n * share)];
    const where = { dimension, value, units, degreesOfFreedom: 1 };
    if (n < fewestUnits) return { ...where, chiSquare: 0, p: 1, mismatch: false };
    const standardError = Math.sqrt(unitVariance(estimate) / n) || 1 / n;
    const { p } = winShareTest(n, share, standardError, alpha);
    return { ...where, chiSquare: ((share - 0.5) / standardError) ** 2, p, mismatch: p < alpha };
  };
  const slices = dimensions.flatMap((dimension) =>
    topValues(sums, dimension).map((value) => ({ dimension, value })),
  );
  return [
    check('drafted', '', sampleRatioAlpha),
    ...slices.map(({ dimension, value }) =>
      check(dimension, value, sampleRatioAlpha / Math.max(1, slices.length)),
    ),
  ];
}
