import type { CatalogueId, ModelId } from '@kindling/domain';
import type { PrincipalPlane } from '@kindling/recommender';
import { execute, type Queryable, statement } from './database.js';
import { vectorBytes, vectorOf } from './vector-store.js';

/** The plane on which a catalogue's vectors of one model are drawn. */
export interface StoredPlane extends PrincipalPlane {
  /** Another one whenever the plane is: points of different versions do not go together. */
  readonly version: number;
  /** Vectors that there were when it was fitted. */
  readonly fittedOn: number;
}

export async function findMapPlane(
  db: Queryable,
  catalogue: CatalogueId,
  model: ModelId,
): Promise<StoredPlane | null> {
  const [row] = await execute(db, oneSql, catalogue, model);
  return row ? planeOf(row) : null;
}

/** Keeps a newly fitted plane. Of two processes that fit at once the later one's stands, and both draw on it. */
export async function saveMapPlane(
  db: Queryable,
  catalogue: CatalogueId,
  model: ModelId,
  { plane, fittedOn }: { readonly plane: PrincipalPlane; readonly fittedOn: number },
): Promise<StoredPlane> {
  const [row] = await execute(
    db,
    saveSql,
    catalogue,
    model,
    vectorBytes(plane.mean),
    vectorBytes(plane.axes),
    plane.explained,
    plane.reach,
    fittedOn,
  );
  return row ? planeOf(row) : { ...plane, version: 0, fittedOn };
}

/** At most `limit` of a catalogue's vectors one after the other, from all over it; the same ones each time. */
export async function sampleVectors(
  db: Queryable,
  catalogue: CatalogueId,
  model: ModelId,
  limit: number,
): Promise<{ readonly count: number; readonly vectors: Float32Array }> {
  const [row] = await execute(db, sampleSql, catalogue, model, limit);
  return row
    ? { count: row.count, vectors: vectorOf(row.vectors) }
    : { count: 0, vectors: new Float32Array() };
}

interface PlaneRow {
  readonly version: number;
  readonly mean: Buffer;
  readonly axes: Buffer;
  readonly explained: number;
  readonly reach: number;
  readonly fitted_on: number;
}
const columns = 'version, mean, axes, explained, reach, fitted_on';
const oneSql = statement<PlaneRow, [CatalogueId, ModelId]>(
  'map-plane',
  `SELECT ${columns} FROM map_plane WHERE catalogue_id = $1 AND model_id = $2`,
);
const saveSql = statement<PlaneRow, [CatalogueId, ModelId, Buffer, Buffer, number, number, number]>(
  'map-plane-save',
  `INSERT INTO map_plane (catalogue_id, model_id, mean, axes, explained, reach, fitted_on)
   VALUES ($1, $2, $3, $4, $5, $6, $7)
   ON CONFLICT (catalogue_id, model_id) DO UPDATE SET version = map_plane.version + 1, mean = $3, axes = $4,
     explained = $5, reach = $6, fitted_on = $7, fitted_at = now()
   RETURNING ${columns}`,
);
// numbers run with time and so with categories: ordered by their hashes, a part of them is like the whole
const sampleSql = statement<{ count: number; vectors: Buffer }, [CatalogueId, ModelId, number]>(
  'map-sample',
  `SELECT count(*)::int AS count, coalesce(string_agg(vector, ''::bytea ORDER BY item_number), ''::bytea) AS vectors FROM (
     SELECT item_number, vector FROM item_vector WHERE catalogue_id = $1 AND model_id = $2
     ORDER BY hashint8(item_number), item_number LIMIT $3) AS sample`,
);
const planeOf = (row: PlaneRow): StoredPlane => ({
  version: row.version,
  mean: vectorOf(row.mean),
  axes: vectorOf(row.axes),
  explained: row.explained,
  reach: row.reach,
  fittedOn: row.fitted_on,
});
