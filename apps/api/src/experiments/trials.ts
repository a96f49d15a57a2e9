import { type Coldness, coldnessOf } from '@kindling/domain';
import { assign, isExposure } from '@kindling/experiments';
import { type ExposureWriter, findExposedVariant, type Pool } from '@kindling/storage';
import type { ListInput } from '../list-request.js';
import type { CatalogueRuntime, LoadedStrategy } from '../runtime/catalogue-runtime.js';
import { within } from '../runtime/deadline.js';
import { categoryOf, deviceOf } from './exposure-traits.js';
import { readForcedVariant } from './forced-variant.js';
import type { Funnel } from './funnel.js';
import type { RunningExperiment } from './running-experiments.js';

/** A list that belongs to an arm. */
export interface Trial {
  readonly running: RunningExperiment;
  readonly unit: string;
  /** Position of the variant. */
  readonly variant: number;
  readonly strategy: LoadedStrategy;
  /** Whether it is an exposure: assigned by chance, shown to somebody, and with a difference between the arms. */
  readonly counted: boolean;
}

export interface TrialInput extends ListInput {
  readonly locale: string;
  readonly device: string | null;
  /** The signed parameter of somebody who tests. */
  readonly forcedVariant: string | null;
  /** Nobody will see the list, or it is one of another time. */
  readonly isUncounted: boolean;
}

/** A list does not wait longer than this for its exposure to be committed. */
const recordTimeoutMs = 500;

/**
 * Which arm a list belongs to, and that this was counted. Assignment is computed, in memory, and asks nobody; only an
 * experiment for some coldnesses reads what the unit did before it lets somebody in.
 */
export class Trials {
  constructor(
    private readonly pool: Pool,
    private readonly exposures: ExposureWriter,
    private readonly funnel: Funnel,
  ) {}

  async enter(runtime: CatalogueRuntime, input: TrialInput): Promise<Trial | null> {
    for (const running of runtime.experiments.at(input.placement)) {
      const trial = await this.enterOne(runtime, running, input);
      if (trial) return trial;
    }
    return null;
  }

  /**
   * Commits the exposure, before the answer goes out: whoever has seen an arm is counted, whatever dies afterwards.
   * False when that was not possible in time: the list has to be made without the experiment then.
   */
  async expose(
    { running, unit, variant, counted }: Trial,
    input: TrialInput,
    coldness: Coldness,
  ): Promise<boolean> {
    if (!counted) return true;
    const { number, catalogue } = running.experiment;
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
    };
    try {
      await within(recordTimeoutMs, 'the store of exposures', this.exposures.record(exposure));
    } catch {
      this.funnel.add(number, 'NOT_RECORDED');
      return false;
    }
    this.funnel.add(number, 'EXPOSED');
    return true;
  }

  private async enterOne(
    runtime: CatalogueRuntime,
    running: RunningExperiment,
    input: TrialInput,
  ): Promise<Trial | null> {
    const { experiment, plan, differs } = running;
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
    if (
      !assignment.forced &&
      merged === undefined &&
      !(await this.isTargeted(runtime, running, input, unit ?? ''))
    ) {
      note('NOT_TARGETED');
      return null;
    }
    const variant = merged ?? definition.variants.findIndex(({ key }) => key === assignment.variant);
    const strategy = running.strategies[variant];
    if (!strategy) return null;
    const exposes = isExposure(assignment, differs);
    if (!exposes) note(assignment.forced ? 'FORCED' : 'NO_DIFFERENCE');
    return { running, unit: unit ?? '', variant, strategy, counted: exposes && !input.isUncounted };
  }

  /** Who is in stays in, though it has warmed up since: leaving would depend on what the arm did. */
  private async isTargeted(
    runtime: CatalogueRuntime,
    { experiment, strategies }: RunningExperiment,
    { subject }: TrialInput,
    unit: string,
  ): Promise<boolean> {
    const { coldness: wanted } = experiment.definition;
    if (wanted.length === 0 || this.exposures.knownVariant(experiment.number, unit) !== undefined)
      return true;
    const [evidence, exposed] = await Promise.all([
      runtime.serving.recommender.evidence.load({
        profileId: subject.profileId ?? null,
        sessionId: subject.sessionId ?? null,
      }),
      findExposedVariant(this.pool, experiment.number, unit),
    ]).catch(() => [undefined, null] as const);
    if (exposed !== null) return true;
    const thresholds = strategies[0]?.strategy.coldness.profile;
    // what cannot be read is no ground to let somebody in
    if (evidence === undefined || thresholds === undefined) return false;
    return wanted.includes(coldnessOf(evidence?.eventCount ?? 0, thresholds));
  }
}
