import { randomUUID } from 'node:crypto';
import type { CatalogueId, ModelId } from '@kindling/domain';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type Queryable, statement, transaction } from './database.js';
import { jsonParameter } from './json-parameter.js';
import { activateInTransaction, activatesByItself, lockModelPointer } from './model-activation-store.js';
import { artefactChecksum, writeModelArtefact } from './model-artefact-store.js';
import {
  type ModelVersion,
  type ModelVersionRow,
  modelVersion,
  modelVersionColumns,
} from './model-version.js';
import { finishTrainingRun, lockTrainingRun, type TrainingClaim } from './training-run-store.js';

/** A version before it has its number and its place in history. */
export interface NewModel
  extends Pick<
    ModelVersion,
    | 'encoderModelId'
    | 'data'
    | 'parameters'
    | 'metrics'
    | 'gate'
    | 'durationMs'
    | 'peakMemoryBytes'
    | 'cpuSeconds'
    | 'watts'
  > {
  readonly artefact: Uint8Array;
}

/**
 * Stores a trained model, ends its run, and makes it the serving one where its gate says so and the model that it was
 * held against still serves: one transaction. A worker that has lost the run stores nothing and gets a CONFLICT.
 */
export async function registerTrainedModel(
  pool: Pool,
  claim: TrainingClaim,
  model: NewModel,
): Promise<ModelVersion> {
  const id = randomUUID();
  return transaction(pool, async (client) => {
    const catalogue = await lockTrainingRun(client, claim);
    await execute(
      client,
      insertSql,
      id,
      catalogue,
      claim.id,
      model.encoderModelId,
      jsonParameter(model.data),
      jsonParameter(model.parameters),
      jsonParameter(model.metrics),
      jsonParameter(model.gate),
      Math.round(model.durationMs),
      Math.round(model.peakMemoryBytes),
      model.cpuSeconds,
      model.watts,
      model.artefact.length,
      artefactChecksum(model.artefact),
    );
    await writeModelArtefact(client, id, model.artefact);
    await finishTrainingRun(client, claim, id);
    await appendAudit(client, {
      catalogue,
      actor: 'system',
      action: 'model.register',
      target: id,
      detail: { run: claim.id, verdict: model.gate.verdict },
    });
    const { modelId } = await lockModelPointer(client, catalogue);
    if (activatesByItself(model.gate, modelId)) {
      const reason =
        model.gate.verdict === 'PASSED' ? null : 'No model served, and there were too few people to judge.';
      await activateInTransaction(client, catalogue, { modelId: id, actor: 'system', reason });
    }
    const stored = await findModel(client, catalogue, id);
    if (stored === null) throw new Error(`Model ${id} was not stored.`);
    return stored;
  });
}

export async function findModel(
  db: Queryable,
  catalogue: CatalogueId,
  id: string,
): Promise<ModelVersion | null> {
  const [row] = await execute(db, oneSql, catalogue, id);
  return row ? modelVersion(row) : null;
}

/** Newest first. `before` is the number of the last one seen. */
export async function listModels(
  db: Queryable,
  catalogue: CatalogueId,
  { first, before }: { readonly first: number; readonly before: number | null },
): Promise<readonly ModelVersion[]> {
  return (await execute(db, pageSql, catalogue, before, first)).map(modelVersion);
}

type InsertValues = [
  string,
  CatalogueId,
  string,
  ModelId | null,
  string,
  string,
  string,
  string,
  number,
  number,
  number,
  number,
  number,
  string,
];
// A catalogue has one open run, whose row is locked: no other registration can take the same number.
const insertSql = statement<never, InsertValues>(
  'model-insert',
  `INSERT INTO model_version (id, catalogue_id, run_id, encoder_model_id, data, parameters, metrics, gate, duration_ms,
     peak_memory_bytes, cpu_seconds, watts, artefact_bytes, artefact_sha256, number)
   SELECT $1, $2, $3, $4, $5::jsonb, $6::jsonb, $7::jsonb, $8::jsonb, $9, $10, $11, $12, $13, $14,
     coalesce((SELECT max(number) FROM model_version WHERE catalogue_id = $2), 0) + 1`,
);
const oneSql = statement<ModelVersionRow, [CatalogueId, string]>(
  'model-one',
  `SELECT ${modelVersionColumns} FROM model_version AS m WHERE m.catalogue_id = $1 AND m.id = $2::uuid`,
);
const pageSql = statement<ModelVersionRow, [CatalogueId, number | null, number]>(
  'model-page',
  `SELECT ${modelVersionColumns} FROM model_version AS m
   WHERE m.catalogue_id = $1 AND ($2::int IS NULL OR m.number < $2::int) ORDER BY m.number DESC LIMIT $3`,
);
