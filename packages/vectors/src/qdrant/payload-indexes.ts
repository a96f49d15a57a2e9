import { type ItemFilter, KindlingError } from '@kindling/domain';
import type { Schemas } from '@qdrant/js-client-rest';
import type { QdrantConnection } from './connection.js';
import type { Deadline } from './deadline.js';
import { filteredFields } from './filter.js';
import { fieldPath, removedFromPath, tenantPath, versionPath } from './point.js';

type IndexSchema = Schemas['PayloadFieldSchema'];

/** Filters name attributes of the caller's choosing, so that a caller must not make indexes without end. */
const mostIndexes = 64;

/** Numbers are indexed as floats: an integer index leaves out 1.5 and rounds what it keeps. */
const builtIn: readonly (readonly [string, IndexSchema])[] = [
  [tenantPath, { type: 'keyword', is_tenant: true }],
  [removedFromPath, 'keyword'],
  [versionPath, 'integer'],
  [fieldPath('status'), 'keyword'],
  [fieldPath('categories'), 'keyword'],
  [fieldPath('tags'), 'keyword'],
  [fieldPath('currency'), 'keyword'],
  [fieldPath('price'), 'float'],
  [fieldPath('publishedAt'), 'float'],
  [fieldPath('expiresAt'), 'float'],
];
const builtInPaths = new Set(builtIn.map(([path]) => path));

/**
 * Payload indexes: of the fields every item has, made with the space; of attributes, when a filter first names one.
 * An index makes a filter fast and never changes its answer.
 */
export class PayloadIndexes {
  /** By collection, what this process has looked after. */
  private readonly seen = new Map<string, Set<string>>();

  constructor(private readonly connection: QdrantConnection) {}

  async ensureBuiltIn(collection: string, present: ReadonlySet<string>, deadline: Deadline): Promise<void> {
    for (const [path, schema] of builtIn) {
      if (!present.has(path)) await this.create(collection, path, schema, true, deadline);
    }
    this.seen.delete(collection);
  }

  /** Before a query with filters: asks for indexes on attributes not seen before, and does not wait until they are built. */
  async ensureFor(
    collection: string,
    filters: readonly (ItemFilter | undefined)[],
    deadline: Deadline,
  ): Promise<void> {
    const seen = this.seen.get(collection) ?? new Set();
    const missing = new Map<string, IndexSchema>();
    for (const filter of filters) {
      for (const [field, kind] of filter ? filteredFields(filter) : []) {
        const path = fieldPath(field);
        if (!builtInPaths.has(path) && !seen.has(path)) missing.set(path, kind);
      }
    }
    if (missing.size === 0 || seen.size >= mostIndexes) return;
    this.seen.set(collection, seen);
    try {
      const info = await this.connection.send(`describe ${collection}`, deadline, (client) =>
        client.getCollection(collection),
      );
      const present = new Set(Object.keys(info.payload_schema));
      for (const [path, schema] of missing) {
        if (!present.has(path) && present.size >= mostIndexes) return;
        if (!present.has(path)) await this.create(collection, path, schema, false, deadline);
        present.add(path);
        seen.add(path);
      }
    } catch (error) {
      // The query itself works without the index; an unknown space or a dead server it will report itself.
      if (!(error instanceof KindlingError)) throw error;
    }
  }

  private async create(
    collection: string,
    path: string,
    schema: IndexSchema,
    wait: boolean,
    deadline: Deadline,
  ): Promise<void> {
    await this.connection.send(`index ${path} of ${collection}`, deadline, (client) =>
      client.createPayloadIndex(collection, { field_name: path, field_schema: schema, wait }),
    );
  }
}
