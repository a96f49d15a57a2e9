import { type CatalogueTemplate, KindlingError } from '@kindling/domain';
import {
  addMembership,
  type Catalogue,
  createCatalogue,
  createKey,
  expectCatalogue,
  listMemberCatalogues,
  newCatalogueSchema,
  readCatalogueCounts,
} from '@kindling/storage';
import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import { CatalogueCreated, CatalogueInput, CatalogueObject, Overview } from './catalogue-types.js';

@Resolver()
export class CatalogueResolver {
  @Query(() => CatalogueObject, { description: 'The catalogue of this request.' })
  @Requires({ role: 'viewer' })
  async catalogue(@Ctx() context: RequestContext): Promise<CatalogueObject> {
    return catalogueObject(await expectCatalogue(context.services.pool, context.catalogue));
  }

  @Query(() => [CatalogueObject], { description: 'Those of the member; of a key, its one.' })
  @Requires({ role: 'viewer' })
  async catalogues(@Ctx() context: RequestContext): Promise<CatalogueObject[]> {
    const { principal, services } = context;
    const found =
      principal.kind === 'member'
        ? await listMemberCatalogues(services.pool, principal.memberId)
        : [await expectCatalogue(services.pool, context.catalogue)];
    return found.map(catalogueObject);
  }

  @Mutation(() => CatalogueCreated, {
    description: 'For members: a key is of one catalogue. The member becomes its admin.',
  })
  @Requires({ role: 'admin', cost: () => 50 })
  async createCatalogue(
    @Arg('input', () => CatalogueInput) input: CatalogueInput,
    @Ctx() context: RequestContext,
  ): Promise<CatalogueCreated> {
    const { principal, services, actor } = context;
    if (principal.kind !== 'member') {
      throw new KindlingError('FORBIDDEN', 'A key belongs to one catalogue and cannot make another: sign in');
    }
    const wanted = {
      name: input.name,
      scenario: input.scenario ?? 'shop',
      ...(input.id && { id: input.id }),
      ...(input.textTemplate && { textTemplate: input.textTemplate }),
      actor,
    };
    parseInput(newCatalogueSchema, wanted, 'input');
    const catalogue = await createCatalogue(services.pool, wanted);
    await addMembership(services.pool, principal.memberId, catalogue.id, 'admin');
    const key = (kind: 'public' | 'secret') =>
      createKey(services.pool, { catalogue: catalogue.id, kind, name: 'first key', actor });
    const [publicKey, secretKey] = [await key('public'), await key('secret')];
    return {
      catalogue: catalogueObject(catalogue),
      publicKey: publicKey.secret,
      secretKey: secretKey.secret,
    };
  }

  @Query(() => Overview)
  @Requires({ role: 'viewer', cost: () => 5 })
  async overview(@Ctx() context: RequestContext): Promise<Overview> {
    const { pool, engines, runtimes } = context.services;
    const counts = await readCatalogueCounts(pool, context.catalogue);
    const runtime = await runtimes.get(context.catalogue);
    return {
      items: {
        total: counts.items,
        active: counts.activeItems,
        hidden: counts.items - counts.activeItems,
        encoded: counts.encodedItems,
        serving: runtime.items.memory().items,
      },
      embedding: {
        model: engines.model?.id ?? null,
        device: engines.encoder?.kind ?? null,
        deviceNote: engines.encoder?.note ?? 'no encoder could be opened: the log of the API tells why',
        dimensions: engines.model?.dimensions ?? null,
        indexEngine: engines.vectors,
      },
      model: { ...runtime.modelStatus, servingSince: runtime.modelStatus.serving?.since ?? null },
      events: { total: counts.events, simulated: counts.simulatedEvents, last24h: counts.eventsLast24h },
      profiles: { total: counts.profiles, simulated: counts.simulatedProfiles },
      keys: counts.keys,
      versions: {
        kindling: engines.version,
        node: process.versions.node,
        postgres: await postgresVersion(context),
      },
      behind: runtime.lastProblem,
    };
  }
}

async function postgresVersion({ services }: RequestContext): Promise<string> {
  const result = await services.pool.query<{ version: string }>(
    `SELECT current_setting('server_version') AS version`,
  );
  return result.rows[0]?.version ?? 'unknown';
}

function catalogueObject({ template, ...catalogue }: Catalogue): CatalogueObject {
  const { scenario, textTemplate } = template satisfies CatalogueTemplate;
  return { ...catalogue, scenario, textTemplate };
}
