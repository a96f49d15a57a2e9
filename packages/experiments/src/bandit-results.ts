import { seededRandom } from '@kindling/domain';
import { type ArmPosterior, chancesToBeBest } from './bandit.js';
import { banditArms } from './bandit-arms.js';
import type { BanditSlice } from './bandit-slices.js';
import type { Advice, Reason } from './decision.js';
import type { ExperimentDefinition } from './experiment-definition.js';
import { severalArmsWarningShare } from './exposure.js';
import type { Metric } from './metric.js';
import type { OutcomeSums } from './outcome-sums.js';
import type { SampleCheck } from './sample-check.js';
import { sampleRatio, sampleRatioAlpha } from './sample-ratio.js';

/** Shares that were served for a while, and who came meanwhile (empty: not counted yet); by variant. */
export interface BanditRound {
  readonly round: number;
  readonly startedAt: Date;
  readonly shares: readonly number[];
  readonly units: readonly number[];
  /** By trait, over all rounds until this one; empty but in the newest round that is counted. */
  readonly slices: readonly BanditSlice[];
}

export interface BanditReading {
  /** Of the primary metric, brought to one mix of days. No intervals: shares followed the outcomes. */
  readonly arms: readonly (ArmPosterior & {
    readonly variant: string;
    /** Of those who come now. */
    readonly share: number;
    readonly chanceToBeBest: number;
  })[];
  readonly rounds: readonly BanditRound[];
}

interface BanditInput {
  readonly definition: ExperimentDefinition;
  readonly metrics: readonly Metric[];
  readonly sums: readonly OutcomeSums[];
  readonly severalArms: number;
  readonly daysRun: number;
  readonly isStopped: boolean;
  readonly rounds?: readonly BanditRound[];
}

/** An arm is called the best above this chance. */
const sureOfBest = 0.95;

/**
 * How a bandit stands, with its own checks and advice. Those who came are held against the shares that were served at
 * the time, round by round; a reading of everybody against one split would call every bandit broken.
 */
export function readBandit(input: BanditInput) {
  const { definition, metrics, sums, rounds = [] } = input;
  const { variants, minimumUnitsPerArm, plan } = definition;
  const counts = sums.filter(({ metric, dimension }) => metric === -1 && dimension === 'all');
  const unitsOf = (variant: number) => counts.find((row) => row.variant === variant)?.n ?? 0;
  const units = variants.map(({ key }, at) => ({ variant: key, n: unitsOf(at) }));
  const total = units.reduce((sum, { n }) => sum + n, 0) + input.severalArms;
  const sampleChecks = checksOf(definition, counts, rounds);
  const isBroken = sampleChecks.some(({ mismatch }) => mismatch);
  const isLarge = variants.every(({ weight }, at) => weight === 0 || unitsOf(at) >= minimumUnitsPerArm);
  const [primary] = metrics;
  const arms = primary ? banditArms(definition, primary, sums) : [];
  const sign = primary?.better === 'LOWER' ? -1 : 1;
  const shares = rounds.at(-1)?.shares ?? [];
  const open = variants.flatMap(({ weight }, at) => (weight > 0 ? [at] : []));
  const chances = chancesToBeBest(
    open.map((at) => {
      const { n = 0, mean = 0, standardError = 0 } = arms[at] ?? {};
      return { n, mean: sign * mean, standardError };
    }),
    seededRandom('the chance to be best'),
  );
  const chanceOf = (at: number) => chances[open.indexOf(at)] ?? 0;
  const warnings: Reason[] =
    input.severalArms > severalArmsWarningShare * total
      ? [{ code: 'PROFILES_IN_SEVERAL_ARMS', share: input.severalArms / total }]
      : [];
  const advice = variants.slice(1).map(({ key }, index): Advice & { readonly variant: string } => {
    const chance = chanceOf(index + 1);
    const say = (kind: Advice['advice'], ...reasons: Reason[]) => ({
      variant: key,
      advice: kind,
      reasons: [...reasons, ...warnings],
    });
    if (isBroken) {
      const mismatches = sampleChecks.filter(({ mismatch }) => mismatch);
      return say(
        'BROKEN',
        ...mismatches.map(
          ({ dimension, value, p }) =>
            ({ code: 'SAMPLE_RATIO_MISMATCH', where: `${dimension} ${value}`.trim(), p }) as const,
        ),
      );
    }
    if (isLarge && chance >= sureOfBest) return say('SHIP', { code: 'LIKELY_BEST', share: chance });
    const open = isLarge
      ? ({ code: 'NOT_LIKELY_BEST', share: chance } as const)
      : ({ code: 'MINIMUM_SAMPLE_NOT_REACHED' } as const);
    if (input.daysRun >= plan.days) return say('ROLL_BACK', { code: 'PLAN_FINISHED' }, open);
    return input.isStopped ? say('ROLL_BACK', { code: 'STOPPED' }, open) : say('GO_ON', open);
  });
  const bandit: BanditReading = {
    arms: variants.map(({ key }, at) => ({
      variant: key,
      ...(arms[at] ?? { n: 0, mean: 0, standardError: 0 }),
      share: shares[at] ?? 0,
      chanceToBeBest: chanceOf(at),
    })),
    rounds,
  };
  return { units, sampleChecks, isBroken, isLarge, bandit, advice };
}

function checksOf(
  { variants }: ExperimentDefinition,
  counts: readonly OutcomeSums[],
  rounds: readonly BanditRound[],
): readonly SampleCheck[] {
  const closed = rounds.filter(({ units }) => units.length > 0);
  const came = variants.map((_, at) => closed.reduce((sum, { units }) => sum + (units[at] ?? 0), 0));
  const expected = variants.map((_, at) =>
    closed.reduce(
      (sum, { units, shares }) => sum + (shares[at] ?? 0) * units.reduce((all, n) => all + n, 0),
      0,
    ),
  );
  const check = (
    where: { readonly dimension: string; readonly value: string },
    users: readonly number[],
    weights: readonly number[],
    alpha = sampleRatioAlpha,
  ): SampleCheck => ({
    ...where,
    units: users,
    ...sampleRatio(
      users.map((count, at) => ({ users: count, weight: weights[at] ?? 0 })),
      alpha,
    ),
  });
  const row = (variant: number) => counts.find((one) => one.variant === variant);
  const heard = variants.map((_, at) => row(at)?.y ?? 0);
  const isHeard = heard.some((count) => count > 0);
  const slices = rounds.findLast((round) => round.slices.length > 0)?.slices ?? [];
  return [
    check({ dimension: 'all', value: '' }, came, expected),
    // an impression comes back as often in every arm, whatever its share
    ...(isHeard
      ? [
          check(
            { dimension: 'impressions', value: '' },
            heard,
            variants.map((_, at) => row(at)?.n ?? 0),
          ),
        ]
      : []),
    // alpha is shared among them, as in a test of fixed shares
    ...slices.map((slice) =>
      check(pick(slice), slice.units, slice.expected, sampleRatioAlpha / slices.length),
    ),
  ];
}

const pick = ({ dimension, value }: BanditSlice) => ({ dimension, value });
