import type { ModelId } from '@kindling/domain';
import {
  type ModelGate,
  type ModelMetrics,
  modelGateSchema,
  modelMetricsSchema,
} from '@kindling/recommender';
import { z } from 'zod';

/** What a training says of its model, for those who read it from here. */
export {
  type GateVerdict,
  gateVerdicts,
  type ModelGate,
  type ModelInterval,
  type ModelMetrics,
  type ModelSlice,
  modelSlices,
  type SliceMetrics,
  type TrainingStage,
  trainingStages,
} from '@kindling/recommender';

export const modelStatuses = ['READY', 'ACTIVE', 'RETIRED'] as const;
/** READY: never served yet. RETIRED: served once. */
export type ModelStatus = (typeof modelStatuses)[number];

const count = z.number().int().min(0);
const json = z.record(z.string(), z.json());

/** What a model was trained on. */
export const modelDataSchema = z.object({
  /** First and last event, ISO 8601; null when there were none. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** As they were read, and what each rule of the cleaning left out of them. */
  events: count,
  dropped: z.array(z.object({ rule: z.string(), events: count })),
  /** Pairs of a profile and an item that were left. */
  interactions: count,
  profiles: count,
  items: count,
  /** Events that the catalogue had counted by then: what is new since is told from this. */
  countedEvents: count,
});
export type ModelData = z.infer<typeof modelDataSchema>;

export interface ModelVersion {
  readonly id: string;
  /** Counts from 1 in each catalogue; the key of pages. */
  readonly number: number;
  readonly runId: string;
  /** Whose vectors it was trained with; null: with none. */
  readonly encoderModelId: ModelId | null;
  readonly status: ModelStatus;
  readonly data: ModelData;
  /** What was chosen, as @kindling/recommender wrote it. */
  readonly parameters: z.infer<typeof json>;
  readonly metrics: ModelMetrics;
  readonly gate: ModelGate;
  readonly durationMs: number;
  readonly peakMemoryBytes: number;
  readonly cpuSeconds: number;
  /** Power that a busy core was taken to draw, in watts. */
  readonly watts: number;
  /** An estimate: cpuSeconds times watts. */
  readonly energyJoules: number;
  readonly artefact: { readonly bytes: number; readonly sha256: string; readonly droppedAt: Date | null };
  readonly createdAt: Date;
  /** Of the last time that it became the serving one. */
  readonly activatedAt: Date | null;
  readonly activatedBy: string | null;
  readonly activationReason: string | null;
}

export interface ModelVersionRow {
  readonly id: string;
  readonly number: number;
  readonly run_id: string;
  readonly encoder_model_id: ModelId | null;
  readonly status: ModelStatus;
  readonly data: unknown;
  readonly parameters: unknown;
  readonly metrics: unknown;
  readonly gate: unknown;
  readonly duration_ms: number;
  readonly peak_memory_bytes: number;
  readonly cpu_seconds: number;
  readonly watts: number;
  readonly artefact_bytes: number;
  readonly artefact_sha256: string;
  readonly artefact_dropped_at: Date | null;
  readonly created_at: Date;
  readonly activated_at: Date | null;
  readonly activated_by: string | null;
  readonly activation_reason: string | null;
}

/** Columns of `model_version` AS m, in the form that `modelVersion` reads. */
export const modelVersionColumns = `m.id, m.number, m.run_id, m.encoder_model_id, m.status, m.data, m.parameters, m.metrics,
  m.gate, m.duration_ms, m.peak_memory_bytes::float8 AS peak_memory_bytes, m.cpu_seconds, m.watts,
  m.artefact_bytes::float8 AS artefact_bytes, m.artefact_sha256, m.artefact_dropped_at, m.created_at,
  m.activated_at, m.activated_by, m.activation_reason`;

export const modelVersion = (row: ModelVersionRow): ModelVersion => ({
  id: row.id,
  number: row.number,
  runId: row.run_id,
  encoderModelId: row.encoder_model_id,
  status: row.status,
  data: modelDataSchema.parse(row.data),
  parameters: json.parse(row.parameters),
  metrics: modelMetricsSchema.parse(row.metrics),
  gate: modelGateSchema.parse(row.gate),
  durationMs: row.duration_ms,
  peakMemoryBytes: row.peak_memory_bytes,
  cpuSeconds: row.cpu_seconds,
  watts: row.watts,
  energyJoules: row.cpu_seconds * row.watts,
  artefact: {
    bytes: row.artefact_bytes,
    sha256: row.artefact_sha256,
    droppedAt: row.artefact_dropped_at,
  },
  createdAt: row.created_at,
  activatedAt: row.activated_at,
  activatedBy: row.activated_by,
  activationReason: row.activation_reason,
});
