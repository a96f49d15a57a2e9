import type { CatalogueId } from '@kindling/domain';
import { type AssignmentPlan, experimentTag } from '@kindling/experiments';
import {
  type CompiledRules,
  onboardingFlowSchema,
  type Rule,
  type Segment,
  segmentSchema,
  strategySchema,
} from '@kindling/recommender';
import {
  type Experiment,
  type FrozenStrategy,
  listRunningExperiments,
  type Pool,
  type StoredFlow,
} from '@kindling/storage';
import type { LoadedStrategy } from '../runtime/catalogue-runtime.js';
import { type ArmRules, armChanges, armRules } from './arm-rules.js';
import { MergedUnits } from './merged-units.js';

/** An arm as requests use it, all of it frozen at the start but the rules that every arm has. */
export interface RunningArm {
  readonly strategy: LoadedStrategy;
  /** Null: the placement's. */
  readonly fallback: readonly LoadedStrategy[] | null;
  /** Slots of a list; null: as many as are asked for. */
  readonly size: number | null;
  readonly rules: CompiledRules;
  /** Null where no onboarding flow is compared. */
  readonly flow: StoredFlow | null;
}

/** In what arms that have units differ: where one of it acts, a list or a flow is an exposure. */
export interface ArmDifferences {
  /** A strategy, or a size: it acts on every list. */
  readonly lists: boolean;
  /** Acts where an arm's own strategy has failed. */
  readonly fallback: boolean;
  /** Act where one of them is for the request. */
  readonly rules: CompiledRules | null;
  readonly flow: boolean;
}

/** An experiment as requests use it. */
export interface RunningExperiment {
  readonly experiment: Experiment;
  /** Of the ids of its lists. */
  readonly tag: string;
  readonly plan: AssignmentPlan;
  /** By variant. */
  readonly arms: readonly RunningArm[];
  readonly differences: ArmDifferences;
  /** Whoever is in one of them may enter, as they were at the start; empty: everybody. */
  readonly segments: readonly Segment[];
}

/** The rules of a catalogue, and a text that differs when they have changed. */
export interface PublishedRules {
  readonly signature: string;
  readonly sources: readonly Rule[];
  readonly segments: readonly Segment[];
}

/**
 * The running experiments of one catalogue in memory, following Postgres with the rest of the catalogue: a start, a
 * ramp or the kill switch acts within a second. Requests only read.
 */
export class RunningExperiments {
  private byPlacement: ReadonlyMap<string, readonly RunningExperiment[]> = new Map();
  private byFlow: ReadonlyMap<string, readonly RunningExperiment[]> = new Map();
  private running: readonly RunningExperiment[] = [];
  private rulesSignature = '';
  readonly merged: MergedUnits;

  constructor(
    private readonly pool: Pool,
    private readonly catalogue: CatalogueId,
  ) {
    this.merged = new MergedUnits(pool);
  }

  at(placement: string): readonly RunningExperiment[] {
    return this.byPlacement.get(placement) ?? none;
  }

  /** Those that compare onboarding flows in the place of this one. */
  ofFlow(key: string): readonly RunningExperiment[] {
    return this.byFlow.get(key) ?? none;
  }

  async refresh(rules: PublishedRules): Promise<void> {
    const rows = await listRunningExperiments(this.pool, this.catalogue);
    const isSame =
      rules.signature === this.rulesSignature &&
      rows.length === this.running.length &&
      rows.every((row, at) => {
        const known = this.running[at]?.experiment;
        return known?.number === row.number && known.revision === row.revision;
      });
    if (!isSame) {
      this.running = rows.map((row) => runningOf(row, rules));
      this.rulesSignature = rules.signature;
      this.byPlacement = grouped(this.running, ({ placements }) => placements);
      this.byFlow = grouped(this.running, ({ onboardingFlow }) =>
        onboardingFlow === null ? [] : [onboardingFlow],
      );
    }
    await this.merged.follow(rows.map(({ number }) => number));
  }
}

const none: readonly RunningExperiment[] = [];

function grouped(
  running: readonly RunningExperiment[],
  keysOf: (definition: Experiment['definition']) => readonly string[],
): ReadonlyMap<string, readonly RunningExperiment[]> {
  const keys = new Set(running.flatMap(({ experiment }) => keysOf(experiment.definition)));
  return new Map(
    [...keys].map((key) => [
      key,
      running.filter(({ experiment }) => keysOf(experiment.definition).includes(key)),
    ]),
  );
}

function runningOf(experiment: Experiment, published: PublishedRules): RunningExperiment {
  const { catalogue, key, version, definition, frozen, salt, ramp, killed, shares } = experiment;
  const { layer, holdoutShare, variants } = definition;
  const rules = armRules(published.sources, published.segments, armChanges(experiment));
  const arms = (frozen?.strategies ?? []).map((strategy, at) => armOf(experiment, strategy, at, rules));
  const served = arms.filter(
    (_, at) => definition.kind === 'INTERLEAVING' || (variants[at]?.weight ?? 0) > 0,
  );
  return {
    experiment,
    tag: experimentTag(catalogue, key, version),
    plan: {
      salt,
      running: !killed,
      layer:
        layer === null ? null : { salt: `layer ${catalogue} ${layer.key}`, from: layer.from, to: layer.to },
      holdout: holdoutShare === 0 ? null : { salt: `holdout ${catalogue}`, share: holdoutShare },
      ramp,
      variants: variants.map((variant, at) => ({ id: variant.key, weight: shares[at] ?? variant.weight })),
    },
    arms,
    segments: (frozen?.segments ?? []).map((segment) => segmentSchema.parse(segment)),
    differences: {
      lists: differ(served.map(({ strategy, size }) => [strategy.strategy, size])),
      fallback: differ(served.map(({ fallback }) => fallback?.map(({ strategy }) => strategy) ?? null)),
      rules: rules.differing,
      flow: differ(served.map(({ flow }) => flow?.flow ?? null)),
    },
  };
}

function armOf(
  { definition, frozen }: Experiment,
  strategy: FrozenStrategy,
  at: number,
  rules: ArmRules,
): RunningArm {
  const { fallback = null, flow = null } = frozen?.arms[at] ?? {};
  return {
    strategy: loaded(strategy),
    fallback: fallback?.map(loaded) ?? null,
    size: definition.variants[at]?.size ?? null,
    rules: rules.byVariant[at] as CompiledRules,
    flow: flow && { version: flow.version, flow: onboardingFlowSchema.parse(flow.flow) },
  };
}

const loaded = ({ key, version, name, config }: FrozenStrategy): LoadedStrategy => ({
  key,
  version,
  name,
  strategy: strategySchema.parse(config),
});

const differ = (things: readonly unknown[]) => new Set(things.map((thing) => JSON.stringify(thing))).size > 1;
