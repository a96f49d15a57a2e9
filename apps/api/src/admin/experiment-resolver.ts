import { type JsonObject, KindlingError } from '@kindling/domain';
import { experimentDraftSchema, keySchema } from '@kindling/experiments';
import {
  addExperimentMetric,
  createExperiment,
  decideExperiment,
  type Experiment,
  expectStartedExperiment,
  findExperiment,
  listExperiments,
  setExperimentTraffic,
  startExperiment,
  stopExperiment,
} from '@kindling/storage';
import { Arg, Ctx, Float, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { forcedVariantToken } from '../experiments/forced-variant.js';
import { readExperimentResults } from '../experiments/read-experiment.js';
import { readExperimentHealth } from '../experiments/read-health.js';
import { parseInput } from '../parse-input.js';
import { pageSizeOf } from '../public/subject-input.js';
import { ExperimentHealthObject } from './experiment-health-types.js';
import type { ExperimentResultsObject } from './experiment-result-types.js';
import { ExperimentInput, ExperimentObject } from './experiment-types.js';
import { withoutNulls } from './without-nulls.js';

// the console's own page has the address of an experiment with this key
const experimentKey = keySchema.refine((key) => key !== 'new', 'is reserved: choose another one than "new"');
const expectedVersion = z.number().int().min(0, 'is negative').default(0);
const reasonText = z.string().trim().min(1, 'is empty').max(2_000, 'is longer than 2000 characters');
const rampShare = z.number().min(0, 'is below 0').max(1, 'is above 1').nullable();
const tokenHoursMs = 24 * 3_600_000;

@Resolver()
export class ExperimentResolver {
  @Query(() => [ExperimentObject], {
    description:
      'The newest version of each, the newest first; `after` is the cursor of the last one of a page.',
  })
  @Requires({ role: 'viewer' })
  async experiments(
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => ID, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<ExperimentObject[]> {
    const before = after ? Number(after) : null;
    if (before !== null && !Number.isSafeInteger(before)) {
      throw new KindlingError('BAD_INPUT', 'after is not a cursor of this list', { field: 'after' });
    }
    const found = await listExperiments(context.services.pool, context.catalogue, pageSizeOf(first), before);
    return found.map((experiment) => experimentObject(experiment));
  }

  @Query(() => [ExperimentHealthObject], {
    description: 'Of those that run, or were stopped and wait for a decision; the newest first.',
  })
  @Requires({ role: 'viewer', cost: () => 5 })
  experimentHealth(
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Ctx() context: RequestContext,
  ): Promise<ExperimentHealthObject[]> {
    return readExperimentHealth(context.services.pool, context.catalogue, {
      limit: pageSizeOf(first),
      locale: context.request.locale,
      now: new Date(),
    });
  }

  @Query(() => ExperimentObject, {
    nullable: true,
    description:
      'With its results. The fixed-horizon and Bayesian readings are given when they are asked for.',
  })
  @Requires({ role: 'viewer', cost: () => 5 })
  async experiment(
    @Arg('key', () => String) key: string,
    @Arg('version', () => Int, { nullable: true, description: 'The newest when it is left out.' })
    version: number | null | undefined,
    @Arg('fixed', () => Boolean, { defaultValue: false }) fixed: boolean,
    @Arg('bayesian', () => Boolean, { defaultValue: false }) bayesian: boolean,
    @Ctx() context: RequestContext,
  ): Promise<ExperimentObject | null> {
    const { pool } = context.services;
    const found = await findExperiment(pool, context.catalogue, key, version ?? null);
    return found && experimentObject(found, await resultsOf(context, found, { fixed, bayesian }));
  }

  @Mutation(() => ExperimentObject, {
    description:
      'Makes a draft: of a new experiment, or the next version of one. Nothing serves before its start.',
  })
  @Requires({ role: 'experimenter' })
  async createExperiment(
    @Arg('input', () => ExperimentInput) input: ExperimentInput,
    @Ctx() context: RequestContext,
  ): Promise<ExperimentObject> {
    const { key, expectedVersion: seen, ...fields } = withoutNulls(input);
    const made = await createExperiment(
      context.services.pool,
      context.catalogue,
      parseInput(experimentKey, key, 'input.key'),
      parseInput(experimentDraftSchema, fields, 'input'),
      parseInput(expectedVersion, seen, 'input.expectedVersion'),
      context.actor,
    );
    return experimentObject(made);
  }

  @Mutation(() => ExperimentObject, {
    description: 'Freezes its metrics and strategies and lets units in, on every process within a second.',
  })
  @Requires({ role: 'experimenter' })
  async startExperiment(
    @Arg('key', () => String) key: string,
    @Ctx() context: RequestContext,
  ): Promise<ExperimentObject> {
    return experimentObject(
      await startExperiment(context.services.pool, context.catalogue, key, context.actor),
    );
  }

  @Mutation(() => ExperimentObject, { description: 'Lets nobody in any more; later events do not count.' })
  @Requires({ role: 'experimenter' })
  async stopExperiment(
    @Arg('key', () => String) key: string,
    @Arg('reason', () => String) reason: string,
    @Ctx() context: RequestContext,
  ): Promise<ExperimentObject> {
    const why = parseInput(reasonText, reason, 'reason');
    return experimentObject(
      await stopExperiment(context.services.pool, context.catalogue, key, why, context.actor),
    );
  }

  @Mutation(() => ExperimentObject, {
    description:
      'Ramp and kill switch of what runs; acts within a second. Raising the ramp keeps everybody and their arm.',
  })
  @Requires({ role: 'experimenter' })
  async setExperimentTraffic(
    @Arg('key', () => String) key: string,
    @Arg('ramp', () => Float, { nullable: true }) ramp: number | null | undefined,
    @Arg('killed', () => Boolean, { nullable: true }) killed: boolean | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<ExperimentObject> {
    const traffic = { ramp: parseInput(rampShare, ramp ?? null, 'ramp'), killed: killed ?? null };
    return experimentObject(
      await setExperimentTraffic(context.services.pool, context.catalogue, key, traffic, context.actor),
    );
  }

  @Mutation(() => ExperimentObject, {
    description:
      'Measures something more, or the newest definition of what is measured, counted back over all events that are kept; apart from the plan, as EXPLORATORY.',
  })
  @Requires({ role: 'experimenter', cost: () => 10 })
  async addExperimentMetric(
    @Arg('key', () => String) key: string,
    @Arg('metric', () => String) metric: string,
    @Ctx() context: RequestContext,
  ): Promise<ExperimentObject> {
    return experimentObject(
      await addExperimentMetric(context.services.pool, context.catalogue, key, metric, context.actor),
    );
  }

  @Mutation(() => ExperimentObject, {
    description:
      "Records the decision with its results and gives the variant's strategy to the placements. While the arms are not split as planned, only the control can be chosen.",
  })
  @Requires({ role: 'experimenter', cost: () => 10 })
  async decideExperiment(
    @Arg('key', () => String) key: string,
    @Arg('variant', () => String) variant: string,
    @Arg('reason', () => String) reason: string,
    @Ctx() context: RequestContext,
  ): Promise<ExperimentObject> {
    const { pool } = context.services;
    const why = parseInput(reasonText, reason, 'reason');
    const experiment = await expectStartedExperiment(pool, context.catalogue, key);
    const results = await resultsOf(context, experiment, { fixed: true, bayesian: true });
    const [control] = experiment.definition.variants;
    if (results?.hidden === 'SAMPLE_RATIO_MISMATCH' && variant !== control?.key) {
      const reasons = results.advice[0]?.reasons.map(({ sentence }) => sentence).join(' ');
      throw new KindlingError(
        'CONFLICT',
        `"${variant}" cannot be chosen on a broken split. ${reasons} Repair it and start a new version, or choose "${control?.key}".`,
        { field: 'variant' },
      );
    }
    if (experiment.definition.kind === 'INTERLEAVING' && variant !== control?.key) {
      throw new KindlingError(
        'CONFLICT',
        `"${key}" is a screening: put "${variant}" to an A/B test, whose result can be applied, or choose "${control?.key}"`,
        { field: 'variant' },
      );
    }
    const decision = {
      variant,
      reason: why,
      results: JSON.parse(JSON.stringify(results ?? {})) as JsonObject,
    };
    const decided = await decideExperiment(pool, context.catalogue, key, decision, context.actor);
    return experimentObject(decided);
  }

  @Query(() => String, {
    description: 'For context.forcedVariant: shows one arm to somebody who tests, uncounted, for a day.',
  })
  @Requires({ role: 'merchandiser' })
  async forcedVariantToken(
    @Arg('key', () => String) key: string,
    @Arg('variant', () => String) variant: string,
    @Ctx() context: RequestContext,
  ): Promise<string> {
    const { number, secret, definition } = await expectStartedExperiment(
      context.services.pool,
      context.catalogue,
      key,
    );
    if (!definition.variants.some((one) => one.key === variant)) {
      const known = definition.variants.map((one) => one.key).join(', ');
      throw new KindlingError('NOT_FOUND', `There is no variant "${variant}"; there are: ${known}`, {
        field: 'variant',
      });
    }
    return forcedVariantToken({ experiment: number, variant, expiresAt: Date.now() + tokenHoursMs }, secret);
  }
}

const resultsOf = (
  { services, request }: RequestContext,
  experiment: Experiment,
  readings: { readonly fixed: boolean; readonly bayesian: boolean },
) =>
  readExperimentResults(services.pool, experiment, { ...readings, locale: request.locale, now: new Date() });

function experimentObject(
  experiment: Experiment,
  results: ExperimentResultsObject | null = null,
): ExperimentObject {
  const { number, definition, frozen, secret: _secret, salt: _salt, ...rest } = experiment;
  return {
    ...rest,
    ...definition,
    cursor: String(number),
    stopping: definition.kind === 'BANDIT' ? null : definition.stopping,
    variants: definition.variants.map((variant, at) => ({
      ...variant,
      strategyVersion: frozen?.strategies[at]?.version ?? null,
    })),
    metrics: frozen?.metrics ?? [],
    results,
  };
}
