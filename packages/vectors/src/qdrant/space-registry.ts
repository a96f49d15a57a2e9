import { KindlingError, modelId } from '@kindling/domain';
import type { Schemas } from '@qdrant/js-client-rest';
import type { SpaceDefinition } from '../port.js';
import type { CollectionNames } from './collection-name.js';
import type { QdrantConnection } from './connection.js';
import type { Deadline } from './deadline.js';
import type { PayloadIndexes } from './payload-indexes.js';

export interface Placement {
  /** Qdrant's own choice (one, or one a node) when left out. */
  readonly shards?: number;
  readonly replicas?: number;
}

/**
 * Spaces are collections: one a model version, described in the collection's metadata. Aliases are Qdrant's own, and
 * a switch is one request that Qdrant applies as a whole.
 */
export class SpaceRegistry {
  private readonly definitions = new Map<string, SpaceDefinition>();

  constructor(
    private readonly connection: QdrantConnection,
    private readonly names: CollectionNames,
    private readonly indexes: PayloadIndexes,
    private readonly placement: Placement,
  ) {}

  async ensure(space: SpaceDefinition): Promise<void> {
    const deadline = this.connection.writeDeadline();
    const collection = this.names.of(space.name);
    await this.connection.checkServer(deadline);
    if ((await this.aliases(deadline)).has(collection)) {
      throw new KindlingError('CONFLICT', `${space.name} is an alias: a space needs a name of its own.`);
    }
    const info = (await this.info(collection, deadline)) ?? (await this.create(space, deadline));
    const found = readDefinition(info);
    if (found?.name !== space.name) {
      throw new KindlingError(
        'CONFLICT',
        `The collection ${collection} in Qdrant was not made by Kindling. Set another collection prefix.`,
      );
    }
    if (found.model !== space.model || found.dimensions !== space.dimensions) {
      throw new KindlingError(
        'CONFLICT',
        `Space ${space.name} holds ${found.dimensions} dimensions of ${found.model}, not ${space.dimensions} of ` +
          `${space.model}. Give each model version a space of its own.`,
      );
    }
    await this.indexes.ensureBuiltIn(collection, new Set(Object.keys(info.payload_schema)), deadline);
  }

  async drop(name: string): Promise<void> {
    const deadline = this.connection.writeDeadline();
    const collection = this.names.of(name);
    for (const [alias, target] of await this.aliases(deadline)) {
      if (target === collection) {
        const shown = this.names.read(alias) ?? alias;
        throw new KindlingError('CONFLICT', `Alias ${shown} points to space ${name}. Switch it first.`);
      }
      // Deleting by an alias would delete the collection behind it.
      if (alias === collection) return;
    }
    this.definitions.delete(name);
    await this.connection.send(`drop space ${name}`, deadline, (client) =>
      client.deleteCollection(collection),
    );
  }

  async list(): Promise<readonly SpaceDefinition[]> {
    const deadline = this.connection.readDeadline();
    const { collections } = await this.connection.send('list collections', deadline, (client) =>
      client.getCollections(),
    );
    const ours = collections.filter(({ name }) => this.names.read(name) !== null);
    const infos = await Promise.all(ours.map(({ name }) => this.info(name, deadline)));
    return infos
      .map((info) => info && readDefinition(info))
      .filter((found) => found !== null)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async switchAlias(alias: string, space: string): Promise<void> {
    const deadline = this.connection.writeDeadline();
    const aliasName = this.names.of(alias);
    const collection = this.names.of(space);
    const aliases = await this.aliases(deadline);
    if (aliases.has(collection) || (await this.info(collection, deadline)) === null) {
      throw unknownSpace(space);
    }
    if (!aliases.has(aliasName) && (await this.info(aliasName, deadline)) !== null) {
      throw new KindlingError('CONFLICT', `${alias} is a space: an alias needs a name of its own.`);
    }
    const actions: Schemas['AliasOperations'][] = [
      ...(aliases.has(aliasName) ? [{ delete_alias: { alias_name: aliasName } }] : []),
      { create_alias: { alias_name: aliasName, collection_name: collection } },
    ];
    await this.connection.send(`point alias ${alias} at space ${space}`, deadline, (client) =>
      client.updateCollectionAliases({ actions }),
    );
  }

  async resolveAlias(alias: string): Promise<string | null> {
    const collection = (await this.aliases(this.connection.readDeadline())).get(this.names.of(alias));
    return collection === undefined ? null : this.names.read(collection);
  }

  /** The definition behind the name of a space or an alias; only a space's is remembered, an alias may move. */
  async definition(name: string, deadline: Deadline): Promise<SpaceDefinition> {
    const known = this.definitions.get(name);
    if (known) return known;
    const info = await this.info(this.names.of(name), deadline);
    const found = info && readDefinition(info);
    if (!found) throw unknownSpace(name);
    if (found.name === name) this.definitions.set(name, found);
    return found;
  }

  private async create(space: SpaceDefinition, deadline: Deadline): Promise<Schemas['CollectionInfo']> {
    const collection = this.names.of(space.name);
    const { shards, replicas } = this.placement;
    try {
      await this.connection.send(`make space ${space.name}`, deadline, (client) =>
        client.createCollection(collection, {
          // Vectors arrive normalised; Dot stores them bit for bit, where Cosine might normalise once more.
          vectors: { size: space.dimensions, distance: 'Dot' },
          // No graph over all tenants, one inside each: every query names its tenant.
          hnsw_config: { m: 0, payload_m: 16 },
          quantization_config: { scalar: { type: 'int8', always_ram: true } },
          metadata: { kindling: { ...space } },
          ...(shards === undefined ? {} : { shard_number: shards }),
          ...(replicas === undefined ? {} : { replication_factor: replicas }),
        }),
      );
    } catch (error) {
      // Another process, or a first attempt whose answer got lost, may have made it meanwhile.
      const info = await this.info(collection, deadline).catch(() => null);
      if (info) return info;
      throw error;
    }
    const info = await this.info(collection, deadline);
    if (!info)
      throw new KindlingError('UNAVAILABLE', `Space ${space.name} vanished while it was being made.`);
    return info;
  }

  private async info(collection: string, deadline: Deadline): Promise<Schemas['CollectionInfo'] | null> {
    try {
      return await this.connection.send(`describe collection ${collection}`, deadline, (client) =>
        client.getCollection(collection),
      );
    } catch (error) {
      if (error instanceof KindlingError && error.code === 'NOT_FOUND') return null;
      throw error;
    }
  }

  private async aliases(deadline: Deadline): Promise<ReadonlyMap<string, string>> {
    const { aliases } = await this.connection.send('list aliases', deadline, (client) => client.getAliases());
    return new Map(aliases.map(({ alias_name, collection_name }) => [alias_name, collection_name]));
  }
}

export const unknownSpace = (name: string) =>
  new KindlingError('NOT_FOUND', `There is no vector space or alias named ${name}.`);

function readDefinition({ config }: Schemas['CollectionInfo']): SpaceDefinition | null {
  const metadata: unknown = config.metadata;
  if (typeof metadata !== 'object' || metadata === null || !('kindling' in metadata)) return null;
  const space: unknown = metadata.kindling;
  if (typeof space !== 'object' || space === null) return null;
  if (!('name' in space) || !('model' in space) || !('dimensions' in space)) return null;
  const { name, model, dimensions } = space;
  if (typeof name !== 'string' || typeof model !== 'string' || typeof dimensions !== 'number') return null;
  return { name, model: modelId(model), dimensions };
}
