import { type Coldness, coldnessOf, type ItemFilter } from '@kindling/domain';
import { type Assignment, assign, isExposure } from '@kindling/experiments';
import { isInSegments, RuleWatch, type Subject } from '@kindling/recommender';
import { type ExposureWriter, findExposedVariant, type Pool } from '@kindling/storage';
import type { CatalogueRuntime } from '../runtime/catalogue-runtime.js';
import { within } from '../runtime/deadline.js';
import { categoryOf, deviceOf } from './exposure-traits.js';
import { readForcedVariant } from './forced-variant.js';
import type { Funnel } from './funnel.js';
import type { RunningArm, RunningExperiment } from './running-experiments.js';

/** A list, or an onboarding flow, that belongs to an arm. */
export interface Trial {
  readonly running: RunningExperiment;
  readonly unit: string;
  /** Position of the variant; of an interleaved list, of which every unit has the same, that of the first. */
  readonly variant: number;
  readonly arm: RunningArm;
  /** Lists are drafted from the rankings of both arms. */
  readonly isInterleaved: boolean;
  /** Whether it is an exposure if an arm acts differently: assigned by chance, and shown to somebody. */
  readonly counted: boolean;
  /** Of a bandit: the chance that the unit had of its arm. */
  readonly propensity: number | null;
  /** Looks at the rules in which the arms differ; null: they have the same. */
  readonly watch: RuleWatch | null;
}

export interface TrialInput {
  readonly placement: string;
  readonly subject: Subject;
  readonly filter?: ItemFilter | undefined;
  readonly now: Date;
  readonly locale: string;
  readonly device: string | null;
  /** The signed parameter of somebody who tests. */
  readonly forcedVariant: string | null;
  /** Nobody will see the list, or it is one of another time. */
  readonly isUncounted: boolean;
}

/** COUNTED: an exposure, committed · UNCOUNTED: none · FAILED: one that could not be stored in time. */
export type ExposureOutcome = 'COUNTED' | 'UNCOUNTED' | 'FAILED';

/** A list does not wait longer than this for its exposure to be committed. */
const recordTimeoutMs = 500;
/** Nor for who is in which arm; the list is then outside the experiment. */
const readTimeoutMs = 500;

/**
 * Which arm a list belongs to, and that this was counted. Assignment is computed, in memory, and asks nobody; only an
 * experiment for some coldnesses or segments, and a bandit, read of a unit that they do not know whether it is in already.
 */
export class Trials {
  constructor(
    private readonly pool: Pool,
    private readonly exposures: ExposureWriter,
    private readonly funnel: Funnel,
  ) {}

  enter(runtime: CatalogueRuntime, input: TrialInput): Promise<Trial | null> {
    return this.enterFirst(runtime, runtime.experiments.at(input.placement), input);
  }

  /** The same for an onboarding flow, by the key that was asked for. */
  enterFlow(runtime: CatalogueRuntime, flow: string, input: TrialInput): Promise<Trial | null> {
    return this.enterFirst(runtime, runtime.experiments.ofFlow(flow), input);
  }

  /**
   * Commits the exposure, before the answer goes out: whoever has seen an arm is counted, whatever dies afterwards.
   * FAILED when that was not possible in time: the list has to be made without the experiment then. `differs`: whether
   * another arm might have answered differently.
   */
  async expose(
    { running, unit, variant, counted, propensity }: Trial,
    input: TrialInput,
    coldness: Coldness,
    differs: boolean,
  ): Promise<ExposureOutcome> {
    const { number, catalogue, round, definition } = running.experiment;
    if (!counted) return 'UNCOUNTED';
    if (!differs) {
      this.funnel.add(number, 'NO_DIFFERENCE');
      return 'UNCOUNTED';
    }
    const exposure = {
      catalogue,
      experiment: number,
      unit,
      variant,
      at: new Date(),
      placement: input.placement,
      coldness,
      device: deviceOf(input.device),
      locale: input.locale,
      category: categoryOf(input.filter),
      round: definition.kind === 'BANDIT' ? round : null,
      propensity,
    };
    try {
      await within(recordTimeoutMs, 'the store of exposures', this.exposures.record(exposure));
    } catch {
      this.funnel.add(number, 'NOT_RECORDED');
      return 'FAILED';
    }
    this.funnel.add(number, 'EXPOSED');
    return 'COUNTED';
  }

  private async enterFirst(
    runtime: CatalogueRuntime,
    experiments: readonly RunningExperiment[],
    input: TrialInput,
  ): Promise<Trial | null> {
    for (const running of experiments) {
      const trial = await this.enterOne(runtime, running, input);
      if (trial) return trial;
    }
    return null;
  }

  private async enterOne(
    runtime: CatalogueRuntime,
    running: RunningExperiment,
    input: TrialInput,
  ): Promise<Trial | null> {
    const { experiment, plan, differences } = running;
    const { number, definition } = experiment;
    const { profileId = null, sessionId = null } = input.subject;
    const unit = definition.unit === 'PROFILE' ? profileId : sessionId;
    const note = (stage: Parameters<Funnel['add']>[1]) => {
      if (!input.isUncounted) this.funnel.add(number, stage);
    };
    const forced =
      input.forcedVariant === null ? null : readForcedVariant(input.forcedVariant, experiment, input.now);
    if (unit === null && forced === null) {
      note('NO_UNIT');
      return null;
    }
    const assignment = assign(plan, unit ?? '', forced);
    if (!assignment.in) {
      note(assignment.reason);
      return null;
    }
    const merged = assignment.forced ? undefined : runtime.experiments.merged.variantOf(number, unit ?? '');
    const isCertain = assignment.forced || merged !== undefined;
    if (!isCertain && !(await this.isTargeted(runtime, running, input, unit ?? ''))) {
      note('NOT_TARGETED');
      return null;
    }
    const isInterleaved = definition.kind === 'INTERLEAVING' && !assignment.forced;
    const variant = merged ?? (await this.variantOf(running, unit ?? '', assignment, isInterleaved));
    const arm = variant === null ? undefined : running.arms[variant];
    if (variant === null || arm === undefined) {
      note('NOT_RECORDED');
      return null;
    }
    if (assignment.forced) note('FORCED');
    return {
      running,
      unit: unit ?? '',
      variant,
      arm,
      isInterleaved,
      counted: isExposure(assignment, true) && !input.isUncounted,
      propensity: definition.kind === 'BANDIT' ? shareOf(running, variant) : null,
      watch: differences.rules && new RuleWatch(differences.rules),
    };
  }

  /** Null: it is not known, since the store cannot be read. Shares of a bandit move, and who is in keeps the arm. */
  private async variantOf(
    { experiment }: RunningExperiment,
    unit: string,
    assignment: Assignment & { readonly in: true },
    isInterleaved: boolean,
  ): Promise<number | null> {
    if (isInterleaved) return 0;
    const { number, definition, round } = experiment;
    const assigned = definition.variants.findIndex(({ key }) => key === assignment.variant);
    if (definition.kind !== 'BANDIT' || assignment.forced || round === 0) return assigned;
    const known = this.exposures.knownVariant(number, unit);
    if (known !== undefined) return known;
    return within(readTimeoutMs, 'the store of exposures', findExposedVariant(this.pool, number, unit)).then(
      (exposed) => exposed ?? assigned,
      () => null,
    );
  }

  /** Who is in stays in, though it has warmed up since: leaving would depend on what the arm did. */
  private async isTargeted(
    runtime: CatalogueRuntime,
    { experiment, arms, segments }: RunningExperiment,
    { subject, now }: TrialInput,
    unit: string,
  ): Promise<boolean> {
    const { coldness: wanted } = experiment.definition;
    const isForAll = wanted.length === 0 && segments.length === 0;
    if (isForAll || this.exposures.knownVariant(experiment.number, unit) !== undefined) return true;
    const read = Promise.all([
      runtime.serving.recommender.evidence.load({
        profileId: subject.profileId ?? null,
        sessionId: subject.sessionId ?? null,
      }),
      findExposedVariant(this.pool, experiment.number, unit),
    ]);
    const [evidence, exposed] = await within(readTimeoutMs, 'the store of exposures', read).catch(
      () => [undefined, null] as const,
    );
    if (exposed !== null) return true;
    const thresholds = arms[0]?.strategy.strategy.coldness.profile;
    // what cannot be read is no ground to let somebody in
    if (evidence === undefined || thresholds === undefined) return false;
    const { eventCount = 0, attributes = {}, events = [] } = evidence ?? {};
    const coldness = coldnessOf(eventCount, thresholds);
    if (wanted.length > 0 && !wanted.includes(coldness)) return false;
    const facts = { coldness, eventCount, events, attributes: { ...attributes, ...subject.attributes } };
    return segments.length === 0 || isInSegments(segments, facts, now.getTime());
  }
}

function shareOf({ plan }: RunningExperiment, variant: number): number {
  const total = plan.variants.reduce((sum, { weight }) => sum + weight, 0);
  return (plan.variants[variant]?.weight ?? 0) / total;
}
