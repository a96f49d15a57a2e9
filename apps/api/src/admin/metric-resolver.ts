import { setImmediate as nextTurn } from 'node:timers/promises';
import { KindlingError } from '@kindling/domain';
import {
  baselineOf,
  estimatePower,
  experimentUnits,
  type Metric,
  metricSchema,
  peekingCheck,
  responseOf,
  stoppingSchema,
} from '@kindling/experiments';
import { listMetrics, readBaseline, saveMetric } from '@kindling/storage';
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import { MetricInput, MetricObject } from './metric-types.js';
import { PeekingCheckInput, PeekingCheckObject, PowerEstimateObject, PowerInput } from './power-types.js';
import { withoutNulls } from './without-nulls.js';

const expectedVersion = z.number().int().min(0, 'is negative');
const key = z.string().min(1, 'is empty').max(64, 'is longer than 64 characters');
const baselineSchema = {
  metric: key,
  unit: z.enum(experimentUnits).default('PROFILE'),
  placements: z.array(key).min(1, 'is empty').max(10, 'has more than 10 entries'),
  baselineDays: z.number().int().min(1, 'is below 1').max(90, 'is above 90').default(28),
  alpha: z.number().min(0.001, 'is below 0.001').max(0.2, 'is above 0.2').default(0.05),
};
const powerSchema = z.object({
  ...baselineSchema,
  lift: z.number().positive('is not above 0').max(10, 'is above 10').default(0.05),
  power: z.number().min(0.5, 'is below 0.5').max(0.99, 'is above 0.99').default(0.8),
  arms: z.number().int().min(2, 'is below 2').max(8, 'is above 8').default(2),
  share: z.number().positive('is not above 0').max(1, 'is above 1').default(1),
  stopping: stoppingSchema.prefault({}),
  minimumUnitsPerArm: z.number().int().min(2, 'is below 2').max(10_000_000, 'is too large').default(200),
});
const peekingSchema = z.object({
  ...baselineSchema,
  looks: z.number().int().min(2, 'is below 2').max(100, 'is above 100').default(50),
  unitsPerLook: z.number().int().min(10, 'is below 10').max(200, 'is above 200').default(40),
  seed: z.string().max(100, 'is longer than 100 characters').default('A/A'),
});

const peekingRuns = 1_000;
const fewestUnits = 100;
/** Checks and plans are computed in pieces of about this long, so that requests come in between. */
const pieceMs = 4;

@Resolver()
export class MetricResolver {
  @Query(() => [MetricObject], { description: 'The newest version of each: presets and own ones.' })
  @Requires({ role: 'viewer' })
  async metrics(@Ctx() context: RequestContext): Promise<MetricObject[]> {
    return [...(await listMetrics(context.services.pool, context.catalogue))];
  }

  @Mutation(() => MetricObject, {
    description: 'Makes the next version. Running experiments keep the one that they started with.',
  })
  @Requires({ role: 'experimenter' })
  saveMetric(
    @Arg('input', () => MetricInput) input: MetricInput,
    @Ctx() context: RequestContext,
  ): Promise<MetricObject> {
    const { expectedVersion: version, ...fields } = withoutNulls(input);
    const metric = parseInput(metricSchema, fields, 'input');
    const seen = parseInput(expectedVersion, version, 'input.expectedVersion');
    return saveMetric(context.services.pool, context.catalogue, metric, seen, context.actor);
  }

  @Query(() => PowerEstimateObject, {
    description: "How many units and days a lift needs, by this catalogue's own traffic and variance.",
  })
  @Requires({ role: 'viewer', cost: () => 20 })
  async powerEstimate(
    @Arg('input', () => PowerInput) input: PowerInput,
    @Ctx() context: RequestContext,
  ): Promise<PowerEstimateObject> {
    const question = parseInput(powerSchema, withoutNulls(input), 'input');
    const { metric, values, unitsPerDay } = await baseline(context, question);
    const measured = baselineOf(values, metric.kind === 'RATIO');
    const { mean, variance } = measured;
    const plan = {
      ...question,
      minimumUnits: question.minimumUnitsPerArm,
      unitsPerDay,
      response: responseOf(metric.kind),
      seed: 'power',
    };
    const estimate = await inPieces(estimatePower(measured, plan), context.request.signal);
    return {
      metric,
      units: values.length,
      mean,
      variance,
      unitsPerDay,
      unitsPerArm: estimate?.unitsPerArm ?? null,
      days: estimate && Number.isFinite(estimate.days) ? estimate.days : null,
      power: estimate?.power ?? null,
      byDays: [...(estimate?.byDays ?? [])],
    };
  }

  @Query(() => PeekingCheckObject, {
    description:
      "An A/A test on this catalogue's own units, 1,000 times: how often somebody who looks again and again finds a difference that is not there.",
  })
  @Requires({ role: 'viewer', cost: () => 200 })
  async peekingCheck(
    @Arg('input', () => PeekingCheckInput) input: PeekingCheckInput,
    @Ctx() context: RequestContext,
  ): Promise<PeekingCheckObject> {
    const question = parseInput(peekingSchema, withoutNulls(input), 'input');
    const { metric, values } = await baseline(context, question);
    if (values.length < fewestUnits) {
      throw new KindlingError(
        'BAD_INPUT',
        `Only ${values.length} ${question.unit === 'PROFILE' ? 'profiles' : 'sessions'} had a list there in ${question.baselineDays} days: an A/A test needs ${fewestUnits}`,
        { field: 'input.placements' },
      );
    }
    const units = question.looks * question.unitsPerLook;
    const check = peekingCheck(values, {
      isRatio: metric.kind === 'RATIO',
      runs: peekingRuns,
      looks: question.looks,
      unitsPerLook: question.unitsPerLook,
      minimumUnits: Math.min(200, units / 2),
      alpha: question.alpha,
      tuningSampleSize: 2 * units,
      seed: question.seed,
    });
    const result = await inPieces(check, context.request.signal);
    return { ...result, metric, units: values.length, alpha: question.alpha };
  }
}

async function baseline(
  context: RequestContext,
  question: {
    readonly metric: string;
    readonly unit: 'PROFILE' | 'SESSION';
    readonly placements: readonly string[];
    readonly baselineDays: number;
  },
) {
  const { pool } = context.services;
  const metrics = await listMetrics(pool, context.catalogue);
  const metric: Metric | undefined = metrics.find((one) => one.key === question.metric);
  if (!metric) {
    const known = metrics.map((one) => one.key).join(', ');
    throw new KindlingError('NOT_FOUND', `There is no metric "${question.metric}"; there are: ${known}`, {
      field: 'input.metric',
    });
  }
  const { unit, placements, baselineDays: days } = question;
  return {
    metric,
    ...(await readBaseline(pool, context.catalogue, { metric, unit, placements, days, now: new Date() })),
  };
}

async function inPieces<Result>(check: Generator<void, Result>, signal: AbortSignal): Promise<Result> {
  for (;;) {
    const until = performance.now() + pieceMs;
    while (performance.now() < until) {
      const step = check.next();
      if (step.done) return step.value;
    }
    await nextTurn();
    signal.throwIfAborted();
  }
}
