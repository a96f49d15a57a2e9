import { createHash } from 'node:crypto';
import {
  type CatalogueId,
  type FilterPayload,
  type ItemNumber,
  itemNumber,
  KindlingError,
  type PayloadValue,
} from '@kindling/domain';

/**
 * How an item is stored as a Qdrant point.
 *
 * Id: a UUID (version 8) made of 60 bits of the tenant's SHA-256 and the item number, so that two tenants never share
 * a point, an id names its key without reading the payload, and ids ascend with keys inside a tenant.
 *
 * Payload: `{tenant, version, item: {…}}`, or for a deleted item `{removedFrom, version}` without a vector: a tombstone
 * keeps its version, so that a late upsert stays out, and is invisible to every filter on `tenant`.
 */
export const tenantPath = 'tenant';
export const removedFromPath = 'removedFrom';
export const versionPath = 'version';

export interface PointIds {
  idOf(key: ItemNumber): string;
  keyOf(id: string | number): ItemNumber;
}

export function pointIds(tenant: CatalogueId): PointIds {
  const digest = createHash('sha256').update(tenant).digest('hex');
  const prefix = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(12, 15)}-`;
  return {
    idOf(key) {
      if (!Number.isSafeInteger(key) || key < 0) {
        throw new KindlingError('BAD_INPUT', `The item number ${key} is not an integer from 0 to 2^53 - 1.`);
      }
      const high = Math.floor(key / 2 ** 32).toString(16);
      const low = (key % 2 ** 32).toString(16);
      const digits = `8${high.padStart(7, '0')}${low.padStart(8, '0')}`;
      return `${prefix}${digits.slice(0, 4)}-${digits.slice(4)}`;
    },
    keyOf(id) {
      const text = String(id).toLowerCase();
      if (!text.startsWith(prefix)) {
        // Never seen unless a filter failed to hold: better no answer than another tenant's.
        throw new KindlingError(
          'INTERNAL',
          `Qdrant answered with point ${text}, which is not of this tenant.`,
        );
      }
      return itemNumber(Number.parseInt(text.slice(prefix.length + 1).replace('-', ''), 16));
    },
  };
}

export interface LivePayload {
  readonly [tenantPath]: CatalogueId;
  readonly [versionPath]: number;
  readonly item: Record<string, PayloadValue>;
}

export function livePayload(tenant: CatalogueId, version: number, payload: FilterPayload): LivePayload {
  const item: Record<string, PayloadValue> = {};
  for (const [field, value] of Object.entries(payload)) {
    // Absent and null mean the same to a filter; absent is smaller.
    if (value !== null) item[encodeField(field)] = value;
  }
  return { tenant, version, item };
}

export function tombstonePayload(tenant: CatalogueId, version: number): Record<string, unknown> {
  return { removedFrom: tenant, version };
}

/** Where a field of an item lies in a point's payload. */
export const fieldPath = (field: string): string => `item.${encodeField(field)}`;

/**
 * Qdrant reads a dot in a path as nesting, and its quoted paths cannot hold a quote, so every byte but ASCII letters
 * and digits is written `_hh`. No two fields share a name: `_` itself is escaped.
 */
function encodeField(field: string): string {
  if (field === '') return '_';
  return field.replace(/[^A-Za-z0-9]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `_${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}
