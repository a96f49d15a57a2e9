import { type CatalogueId, catalogueId, KindlingError } from '@kindling/domain';
import { type ModelGate, modelGateSchema } from '@kindling/recommender';
import { appendAudit } from './audit-store.js';
import { changeChannel } from './change-sequence.js';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';
import {
  type ModelStatus,
  type ModelVersion,
  type ModelVersionRow,
  modelVersion,
  modelVersionColumns,
} from './model-version.js';
import { tellWebhooks } from './webhook-message.js';

/** Which trained model serves a catalogue; `change` rises with every switch, also to none. */
export interface ModelPointer {
  readonly catalogue: CatalogueId;
  readonly modelId: string | null;
  readonly change: number;
}

/** The pointers of all catalogues: what a process that serves them compares with what it has loaded. */
export async function listModelPointers(db: Queryable): Promise<readonly ModelPointer[]> {
  return (await execute(db, pointersSql)).map((row) => ({ ...row, catalogue: catalogueId(row.catalogue) }));
}

/** The pointer, which nobody moves until the transaction ends. */
export async function lockModelPointer(client: PoolClient, catalogue: CatalogueId): Promise<ModelPointer> {
  const [row] = await execute(client, lockPointerSql, catalogue);
  if (!row) throw new KindlingError('NOT_FOUND', `There is no catalogue "${catalogue}"`);
  return { ...row, catalogue };
}

export async function readModelPointer(db: Queryable, catalogue: CatalogueId): Promise<ModelPointer> {
  const [row] = await execute(db, pointerSql, catalogue);
  if (!row) throw new KindlingError('NOT_FOUND', `There is no catalogue "${catalogue}"`);
  return { ...row, catalogue };
}

/** The model that serves; null when none does. */
export async function findActiveModel(db: Queryable, catalogue: CatalogueId): Promise<ModelVersion | null> {
  const [row] = await execute(db, activeSql, catalogue);
  return row ? modelVersion(row) : null;
}

export interface Activation {
  /** Null takes the serving model away: lists are made without one. */
  readonly modelId: string | null;
  readonly actor: string;
  /** Required to activate a model that the gate has not passed and that never served. */
  readonly reason: string | null;
}

/**
 * Makes a version the serving one, with its entry in the history and in the audit log. Followers are notified at
 * commit and see the old pointer or the new one. A version that serves already changes nothing; one whose gate has not
 * passed needs a reason, which is recorded as an override; one without an artefact is a CONFLICT.
 */
export async function activateModel(
  pool: Pool,
  catalogue: CatalogueId,
  activation: Activation,
): Promise<ModelPointer> {
  return transaction(pool, (client) => activateInTransaction(client, catalogue, activation));
}

export async function activateInTransaction(
  client: PoolClient,
  catalogue: CatalogueId,
  { modelId, actor, reason }: Activation,
): Promise<ModelPointer> {
  const before = await lockModelPointer(client, catalogue);
  if (before.modelId === modelId) return before;
  const overridden = modelId !== null && (await isOverride(client, catalogue, modelId, reason));
  if (before.modelId !== null) await execute(client, retireSql, before.modelId);
  if (modelId !== null) await execute(client, serveSql, modelId, actor, reason);
  const [after] = await execute(client, pointSql, catalogue, modelId);
  await execute(client, historySql, catalogue, modelId, before.modelId, actor, reason, overridden);
  await appendAudit(client, {
    catalogue,
    actor,
    action: 'model.activate',
    target: modelId ?? 'none',
    detail: { previous: before.modelId, reason, overridden },
  });
  await tellWebhooks(client, {
    catalogue,
    kind: 'model.activated',
    data: { model: modelId, previous: before.modelId, by: actor },
  });
  await client.query('SELECT pg_notify($1, $2)', [changeChannel, catalogue]);
  return { catalogue, modelId, change: after?.change ?? 0 };
}

/** Whether the word of a person stands in for that of the gate; throws where it must and is missing. */
async function isOverride(
  client: PoolClient,
  catalogue: CatalogueId,
  modelId: string,
  reason: string | null,
): Promise<boolean> {
  const [model] = await execute(client, candidateSql, catalogue, modelId);
  if (!model) throw new KindlingError('NOT_FOUND', `There is no model ${modelId} in this catalogue.`);
  if (model.dropped) {
    throw new KindlingError(
      'CONFLICT',
      `The artefact of model ${model.number} was deleted to save room: activate a newer version, or train again.`,
    );
  }
  const passed = modelGateSchema.parse(model.gate).verdict === 'PASSED' || model.status === 'RETIRED';
  if (!passed && (reason === null || reason.trim() === '')) {
    throw new KindlingError(
      'CONFLICT',
      `Model ${model.number} has not passed its gate: say why it is to serve all the same.`,
      { field: 'reason' },
    );
  }
  return !passed;
}

/** Whether a new model takes over by itself: when the gate passed, or could not tell and nothing is displaced. */
export const activatesByItself = (gate: ModelGate, activeModelId: string | null) =>
  gate.activeModelId === activeModelId &&
  (gate.verdict === 'PASSED' || (gate.verdict === 'UNDECIDED' && activeModelId === null));

/** The version that served before the present one and can serve again; null when there is none. */
export async function findPreviousModel(db: Queryable, catalogue: CatalogueId): Promise<ModelVersion | null> {
  const [row] = await execute(db, previousSql, catalogue);
  return row ? modelVersion(row) : null;
}

/** Which model served then; null: none. */
export async function findModelIdAt(db: Queryable, catalogue: CatalogueId, at: Date): Promise<string | null> {
  const [row] = await execute(db, atSql, catalogue, at);
  return row?.modelId ?? null;
}

/** An entry of the history. */
export interface ModelActivation {
  readonly id: number;
  readonly modelId: string | null;
  readonly previousModelId: string | null;
  readonly actor: string;
  readonly reason: string | null;
  readonly overridden: boolean;
  readonly createdAt: Date;
}

/** Newest first. `before` is the id of the last one seen. */
export function listModelActivations(
  db: Queryable,
  catalogue: CatalogueId,
  { first, before }: { readonly first: number; readonly before: number | null },
): Promise<readonly ModelActivation[]> {
  return execute(db, activationsSql, catalogue, before, first);
}

const pointerColumns = 'trained_model_id AS "modelId", trained_model_change::float8 AS change';
interface PointerRow {
  readonly modelId: string | null;
  readonly change: number;
}
const pointersSql = statement<PointerRow & { catalogue: string }>(
  'model-pointers',
  `SELECT id AS catalogue, ${pointerColumns} FROM catalogue`,
);
const pointerSql = statement<PointerRow, [CatalogueId]>(
  'model-pointer',
  `SELECT ${pointerColumns} FROM catalogue WHERE id = $1`,
);
const lockPointerSql = statement<PointerRow, [CatalogueId]>(
  'model-pointer-lock',
  `SELECT ${pointerColumns} FROM catalogue WHERE id = $1 FOR NO KEY UPDATE`,
);
const pointSql = statement<{ change: number }, [CatalogueId, string | null]>(
  'model-point',
  `UPDATE catalogue SET trained_model_id = $2::uuid, trained_model_change = trained_model_change + 1
   WHERE id = $1 RETURNING trained_model_change::float8 AS change`,
);
const candidateSql = statement<
  { number: number; status: ModelStatus; gate: unknown; dropped: boolean },
  [CatalogueId, string]
>(
  'model-candidate',
  `SELECT number, status, gate, artefact_dropped_at IS NOT NULL AS dropped FROM model_version
   WHERE catalogue_id = $1 AND id = $2::uuid FOR UPDATE`,
);
const retireSql = statement<never, [string]>(
  'model-retire',
  `UPDATE model_version SET status = 'RETIRED' WHERE id = $1::uuid`,
);
const serveSql = statement<never, [string, string, string | null]>(
  'model-serve',
  `UPDATE model_version SET status = 'ACTIVE', activated_at = now(), activated_by = $2, activation_reason = $3
   WHERE id = $1::uuid`,
);
const historySql = statement<
  never,
  [CatalogueId, string | null, string | null, string, string | null, boolean]
>(
  'model-history',
  `INSERT INTO model_activation (catalogue_id, model_id, previous_model_id, actor, reason, overridden)
   VALUES ($1, $2::uuid, $3::uuid, $4, $5, $6)`,
);
const activeSql = statement<ModelVersionRow, [CatalogueId]>(
  'model-active',
  `SELECT ${modelVersionColumns} FROM catalogue AS c JOIN model_version AS m ON m.id = c.trained_model_id
   WHERE c.id = $1`,
);
const previousSql = statement<ModelVersionRow, [CatalogueId]>(
  'model-previous',
  `SELECT ${modelVersionColumns} FROM catalogue AS c
   CROSS JOIN LATERAL (
     SELECT previous_model_id FROM model_activation
     WHERE catalogue_id = c.id AND previous_model_id IS NOT NULL
       AND previous_model_id IS DISTINCT FROM c.trained_model_id
     ORDER BY id DESC LIMIT 1) AS a
   JOIN model_version AS m ON m.id = a.previous_model_id
   WHERE c.id = $1 AND m.artefact_dropped_at IS NULL`,
);
const atSql = statement<{ modelId: string | null }, [CatalogueId, Date]>(
  'model-at',
  `SELECT model_id AS "modelId" FROM model_activation
   WHERE catalogue_id = $1 AND created_at <= $2 ORDER BY id DESC LIMIT 1`,
);
const activationsSql = statement<ModelActivation, [CatalogueId, number | null, number]>(
  'model-activations',
  `SELECT id::float8 AS id, model_id AS "modelId", previous_model_id AS "previousModelId", actor, reason,
     overridden, created_at AS "createdAt"
   FROM model_activation
   WHERE catalogue_id = $1 AND ($2::bigint IS NULL OR model_activation.id < $2::bigint)
   ORDER BY model_activation.id DESC LIMIT $3`,
);
