import type { CatalogueId, JsonObject } from '@kindling/domain';
import {
  type ExperimentDefinition,
  type ExperimentStatus,
  experimentDefinitionSchema,
  experimentStatuses,
  type Metric,
  storedMetricSchema,
} from '@kindling/experiments';
import { z } from 'zod';

/** What an experiment was started with, whatever became of it since. */
export interface FrozenExperiment {
  /** In the order of `metricKeysOf`. */
  readonly metrics: readonly Metric[];
  /** In the order of the variants. */
  readonly strategies: readonly FrozenStrategy[];
  /** In the order of the variants; empty for experiments that were started before arms had more than a strategy. */
  readonly arms: readonly FrozenArm[];
  /** Whole: whoever is in one of them may enter; empty: everybody. */
  readonly segments: readonly JsonObject[];
}
export interface FrozenArm {
  /** Null: the placement's. */
  readonly fallback: readonly FrozenStrategy[] | null;
  /** Rules that act in this arm alone, whole. */
  readonly rules: readonly JsonObject[];
  /** The onboarding flow of this arm, whole. */
  readonly flow: { readonly version: number; readonly flow: JsonObject } | null;
}
export interface FrozenStrategy {
  readonly key: string;
  readonly version: number;
  readonly name: string;
  readonly config: JsonObject;
}

export interface ExperimentDecision {
  readonly variant: string;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
  /** Keys of rules that the variant switched on and off: for merchandisers to publish and to archive. */
  readonly rulesToPublish: readonly string[];
  readonly rulesToArchive: readonly string[];
  /** Keys of strategies that had been changed since the start, and were saved anew as they were tested. */
  readonly strategiesRestored: readonly string[];
  /** The results as they were then, in the shape that the results reader gave them. */
  readonly results: JsonObject;
}

/** One version of an experiment. */
export interface Experiment {
  readonly number: number;
  readonly catalogue: CatalogueId;
  readonly key: string;
  readonly version: number;
  readonly status: ExperimentStatus;
  readonly definition: ExperimentDefinition;
  /** Null while it is a draft. */
  readonly frozen: FrozenExperiment | null;
  readonly salt: string;
  readonly secret: string;
  /** Share of the units let in so far. */
  readonly ramp: number;
  /** The kill switch: everybody gets what the placement says. */
  readonly killed: boolean;
  /** Of a bandit: how often its shares were worked out; 0: it serves the weights of its definition. */
  readonly round: number;
  /** By variant, the shares of that round; empty before the first one. */
  readonly shares: readonly number[];
  readonly revision: number;
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly stoppedAt: Date | null;
  readonly stopReason: string | null;
  readonly decision: ExperimentDecision | null;
}

export const experimentColumns = `number::float8 AS number, catalogue_id AS catalogue, key, version, status, definition,
  frozen, salt, secret, ramp, killed, round, shares, revision, created_by AS "createdBy", created_at AS "createdAt",
  started_at AS "startedAt", stopped_at AS "stoppedAt", stop_reason AS "stopReason", decision`;

export interface ExperimentRow extends Omit<Experiment, 'status' | 'definition' | 'frozen' | 'decision'> {
  readonly status: string;
  readonly definition: unknown;
  readonly frozen: unknown;
  readonly decision: unknown;
}

const jsonObject = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null);
const strategySchema = z.object({ key: z.string(), version: z.int(), name: z.string(), config: jsonObject });
const frozenSchema = z.object({
  metrics: z.array(storedMetricSchema),
  strategies: z.array(strategySchema),
  arms: z
    .array(
      z.object({
        fallback: z.array(strategySchema).nullable(),
        rules: z.array(jsonObject),
        flow: z.object({ version: z.int(), flow: jsonObject }).nullable(),
      }),
    )
    .default([]),
  segments: z.array(jsonObject).default([]),
});
const decisionSchema = z.object({
  variant: z.string(),
  reason: z.string(),
  by: z.string(),
  at: z.coerce.date(),
  rulesToPublish: z.array(z.string()).default([]),
  rulesToArchive: z.array(z.string()).default([]),
  strategiesRestored: z.array(z.string()).default([]),
  results: jsonObject,
});

export const experimentOf = (row: ExperimentRow): Experiment => ({
  ...row,
  status: z.enum(experimentStatuses).parse(row.status),
  definition: experimentDefinitionSchema.parse(row.definition),
  frozen: frozenSchema.nullable().parse(row.frozen),
  decision: decisionSchema.nullable().parse(row.decision),
});
