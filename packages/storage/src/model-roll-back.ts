import { type CatalogueId, KindlingError } from '@kindling/domain';
import { execute, type Pool, statement, transaction } from './database.js';
import { activateInTransaction, findPreviousModel, type ModelPointer } from './model-activation-store.js';

export interface RollBack {
  /** The model that is to be taken back; a CONFLICT when another one serves by now. */
  readonly from: string;
  readonly actor: string;
  readonly reason: string;
}

/**
 * Makes the model that served before the serving one again, or none where none did. Two people who take back the same
 * model take it back once: the second would otherwise bring it back.
 */
export function rollBackModel(
  pool: Pool,
  catalogue: CatalogueId,
  { from, actor, reason }: RollBack,
): Promise<ModelPointer> {
  return transaction(pool, async (client) => {
    const [before] = await execute(client, lockSql, catalogue);
    if (before?.modelId !== from) {
      throw new KindlingError(
        'CONFLICT',
        'This model does not serve any more: look at which one does, and decide again.',
        { field: 'from' },
      );
    }
    const previous = await findPreviousModel(client, catalogue);
    return activateInTransaction(client, catalogue, { modelId: previous?.id ?? null, actor, reason });
  });
}

const lockSql = statement<{ modelId: string | null }, [CatalogueId]>(
  'model-roll-back-lock',
  'SELECT trained_model_id AS "modelId" FROM catalogue WHERE id = $1 FOR NO KEY UPDATE',
);
