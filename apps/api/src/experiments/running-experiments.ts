import type { CatalogueId } from '@kindling/domain';
import { type AssignmentPlan, experimentTag } from '@kindling/experiments';
import { strategySchema } from '@kindling/recommender';
import { type Experiment, listRunningExperiments, type Pool } from '@kindling/storage';
import type { LoadedStrategy } from '../runtime/catalogue-runtime.js';
import { MergedUnits } from './merged-units.js';

/** An experiment as requests use it. */
export interface RunningExperiment {
  readonly experiment: Experiment;
  /** Of the ids of its lists. */
  readonly tag: string;
  readonly plan: AssignmentPlan;
  /** By variant, as frozen at the start. */
  readonly strategies: readonly LoadedStrategy[];
  /**
   * Whether arms with units answer differently at all: some two of their configurations differ. Where a configuration
   * would make no difference to one list is not looked into: it would mean to rank every list twice.
   */
  readonly differs: boolean;
}

/**
 * The running experiments of one catalogue in memory, following Postgres with the rest of the catalogue: a start, a
 * ramp or the kill switch acts within a second. Requests only read.
 */
export class RunningExperiments {
  private byPlacement: ReadonlyMap<string, readonly RunningExperiment[]> = new Map();
  private running: readonly RunningExperiment[] = [];
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

  async refresh(): Promise<void> {
    const rows = await listRunningExperiments(this.pool, this.catalogue);
    const isSame =
      rows.length === this.running.length &&
      rows.every((row, at) => {
        const known = this.running[at]?.experiment;
        return known?.number === row.number && known.revision === row.revision;
      });
    if (!isSame) {
      this.running = rows.map(runningOf);
      const keys = new Set(this.running.flatMap(({ experiment }) => experiment.definition.placements));
      this.byPlacement = new Map(
        [...keys].map((key) => [
          key,
          this.running.filter(({ experiment }) => experiment.definition.placements.includes(key)),
        ]),
      );
    }
    await this.merged.follow(rows.map(({ number }) => number));
  }
}

const none: readonly RunningExperiment[] = [];

function runningOf(experiment: Experiment): RunningExperiment {
  const { catalogue, key, version, definition, frozen, salt, ramp, killed } = experiment;
  const { layer, holdoutShare, variants } = definition;
  const served = (frozen?.strategies ?? []).filter((_, at) => (variants[at]?.weight ?? 0) > 0);
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
      variants: variants.map((variant) => ({ id: variant.key, weight: variant.weight })),
    },
    strategies: (frozen?.strategies ?? []).map((strategy) => ({
      key: strategy.key,
      version: strategy.version,
      name: strategy.name,
      strategy: strategySchema.parse(strategy.config),
    })),
    differs: new Set(served.map(({ config }) => JSON.stringify(strategySchema.parse(config)))).size > 1,
  };
}
