import { type Random, seededRandom } from '@kindling/domain';
import { defaultPrior } from './bayes.js';
import { experimentDefinitionSchema } from './experiment-definition.js';
import { readResults } from './experiment-results.js';
import { normal } from './normal.js';
import { noSums, type OutcomeSums } from './outcome-sums.js';
import { presetMetrics } from './preset-metrics.js';
import { SimulatedArm } from './simulated-arm.js';
import type { SimulatedMetric } from './simulated-metric.js';
import { horizonOf, type StoppingRule } from './stopping-rule.js';

export interface StoppingPlan {
  readonly metric: SimulatedMetric;
  readonly rule: StoppingRule;
  readonly maximumLoss: number;
  /** True relative lift of the arm; null: another one each run, as the prior expects lifts. */
  readonly lift: number | null;
  readonly runs: number;
  readonly days: number;
  /** Units that come to each arm a day. */
  readonly unitsPerDay: number;
  readonly minimumUnits: number;
  readonly alpha: number;
  readonly seed: string;
}

/** Shares of runs, and what their decisions lost. */
export interface StoppingRecord {
  /** Advised to ship, at the first look with any advice by the numbers. */
  readonly shipped: number;
  /** Advised to roll back because the arm was worse, or keeping the control lost little. */
  readonly keptControl: number;
  /** Mean over the decided runs, as a share of the control: of a worse arm taken, and of a better one left. */
  readonly meanLoss: number;
  /** The earliest day with advice by the numbers, of all runs; null: none had any. */
  readonly firstDay: number | null;
}

/**
 * Plays experiments whose truth is known through the very results and advice that people see, with somebody who looks
 * every evening and does what is advised the first time that anything is.
 */
export function verifyStopping(plan: StoppingPlan): StoppingRecord {
  const random = seededRandom(plan.seed);
  let [shipped, kept, loss] = [0, 0, 0];
  let firstDay: number | null = null;
  for (let run = 0; run < plan.runs; run++) {
    const lift = plan.lift ?? Math.max(-0.9, Math.sqrt(defaultPrior.variance) * normal(random));
    const found = playOne(plan, lift, random);
    if (found === null) continue;
    firstDay = Math.min(firstDay ?? found.day, found.day);
    if (found.ships) shipped += 1;
    else kept += 1;
    loss += Math.max(0, found.ships ? -lift : lift);
  }
  const decided = shipped + kept;
  return {
    shipped: shipped / plan.runs,
    keptControl: kept / plan.runs,
    meanLoss: decided === 0 ? 0 : loss / decided,
    firstDay,
  };
}

const byNumbers = [
  'PRIMARY_BETTER',
  'PRIMARY_WORSE',
  'LOSS_OF_TAKING_SMALL',
  'LOSS_OF_KEEPING_SMALL',
] as const;
const startedAt = new Date(0);

function playOne(plan: StoppingPlan, lift: number, random: Random) {
  const { metric, rule, maximumLoss, days, unitsPerDay, minimumUnits, alpha } = plan;
  const key = metric.ratio ? 'click-through' : metric.response === 'COUNT' ? 'click-conversion' : 'clicks';
  const definition = experimentDefinitionSchema.parse({
    name: metric.name,
    hypothesis: 'simulated',
    placements: ['simulated'],
    variants: ['control', 'arm'].map((name) => ({ key: name, name, strategyKey: name })),
    primaryMetric: key,
    alpha,
    stopping: { rule, maximumLoss },
    plan: { unitsPerArm: Math.max(10, days * unitsPerDay), days },
    minimumUnitsPerArm: minimumUnits,
  });
  const metrics = presetMetrics.filter((one) => one.key === key);
  const arms = [new SimulatedArm(), new SimulatedArm()] as const;
  for (let day = 1; day <= days; day++) {
    for (let unit = 0; unit < unitsPerDay; unit++) {
      arms[0].add(metric.draw(random, 0));
      arms[1].add(metric.draw(random, lift));
    }
    const asOf = new Date(day * 86_400_000);
    const { advice } = readResults(
      {
        ...{ definition, metrics, sums: arms.flatMap(sumsOf), severalArms: 0, mergedAcrossArms: 0 },
        ...{ daysRun: day, isStopped: false },
        horizon: horizonOf(definition, { startedAt, stoppedAt: null, asOf }),
      },
      { fixed: false, bayesian: false },
    );
    const [first] = advice;
    if (first?.reasons.some(({ code }) => byNumbers.some((one) => one === code))) {
      return { ships: first.advice === 'SHIP', day };
    }
  }
  return null;
}

function sumsOf({ n, y, yy, x, xx, xy }: SimulatedArm, variant: number): OutcomeSums[] {
  const row = { ...noSums(variant), n };
  return [
    { ...row, metric: -1, y: n, yy: n },
    { ...row, y, yy, x, xx, xy, w: y, ww: yy },
  ];
}
