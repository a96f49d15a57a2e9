import {
  type CatalogueId,
  type CatalogueTemplate,
  catalogueId,
  catalogueTemplates,
  type EventWeights,
  eventTypes,
  KindlingError,
  type ModelId,
  type Scenario,
  scenarios,
} from '@kindling/domain';
import { publishLimitsSchema } from '@kindling/recommender';
import { z } from 'zod';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type Queryable, statement, transaction } from './database.js';
import { insertDefaultPlacements } from './placement-store.js';
import { insertPresetStrategies } from './strategy-store.js';
import { type TrainingSettings, trainingSettingsSchema } from './training-schedule-store.js';

/** A tenant, with its template as changed by its settings. */
export interface Catalogue {
  readonly id: CatalogueId;
  readonly name: string;
  readonly template: CatalogueTemplate;
  /** The profile attribute by which popularity is told apart; null for none. */
  readonly segmentAttribute: string | null;
  readonly merchandising: MerchandisingPolicy;
  /** When its model is trained, and on what. */
  readonly training: TrainingSettings;
  readonly activeModelId: ModelId | null;
  readonly version: number;
  readonly createdAt: Date;
}

/** What has to be so before a rule is published. */
export const merchandisingPolicySchema = z.object({
  /** Of the policy alone; 0: as the catalogue was made. */
  version: z.number().int().min(0).default(0),
  /** Nobody publishes a rule that they wrote in. */
  reviewByAnother: z.boolean().default(false),
  /** What its newest population diff may say at most and at least, or a reason is asked for. */
  limits: publishLimitsSchema.prefault({}),
});
export type MerchandisingPolicy = z.output<typeof merchandisingPolicySchema>;

/** The settings column: only what differs from the scenario's template. */
const settingsSchema = z.object({
  eventWeights: z.partialRecord(z.enum(eventTypes), z.number().min(-100).max(100)).optional(),
  popularityHalfLifeDays: z.number().positive().optional(),
  interestHalfLifeDays: z.number().positive().optional(),
  freshnessHalfLifeDays: z.number().positive().optional(),
  segmentAttribute: z.string().min(1).max(100).optional(),
  merchandising: merchandisingPolicySchema.prefault({}).optional(),
  training: trainingSettingsSchema.optional(),
});
export type CatalogueSettings = z.infer<typeof settingsSchema>;

export const newCatalogueSchema = z.object({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not lower-case letters, digits and hyphens, at most 63 of them')
    .optional(),
  name: z.string().trim().min(1, 'is empty').max(200, 'is longer than 200 characters'),
  scenario: z.enum(scenarios, `is not one of ${scenarios.join(', ')}`).default('shop'),
  textTemplate: z.string().trim().min(1, 'is empty').max(4_000, 'is longer than 4000 characters').optional(),
  settings: settingsSchema.default({}),
  actor: z.string().default('system'),
});
export type NewCatalogue = z.input<typeof newCatalogueSchema>;

/** Makes a catalogue that can answer at once: with its placements and strategies. An id in use is a CONFLICT. */
export async function createCatalogue(pool: Pool, input: NewCatalogue): Promise<Catalogue> {
  const { name, scenario, textTemplate, settings, actor, id = slug(name) } = newCatalogueSchema.parse(input);
  return transaction(pool, async (client) => {
    const made = await client.query(
      `INSERT INTO catalogue (id, name, scenario, text_template, settings, active_model_id)
       VALUES ($1, $2, $3, $4, $5, NULL) ON CONFLICT (id) DO NOTHING`,
      [id, name, scenario, textTemplate ?? catalogueTemplates[scenario].textTemplate, settings],
    );
    if (made.rowCount === 0) {
      throw new KindlingError('CONFLICT', `There is a catalogue "${id}" already: choose another id`, {
        field: 'id',
      });
    }
    const catalogue = catalogueId(id);
    await insertPresetStrategies(client, catalogue, scenario);
    await insertDefaultPlacements(client, catalogue);
    await appendAudit(client, {
      catalogue,
      actor,
      action: 'catalogue.create',
      target: id,
      detail: { name, scenario },
    });
    return expectCatalogue(client, catalogue);
  });
}

/** A readable id out of a name; names without Latin letters get a random one. */
export function slug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50);
  return plain === '' ? `catalogue-${crypto.randomUUID().slice(0, 8)}` : plain;
}

export async function findCatalogue(db: Queryable, catalogue: CatalogueId): Promise<Catalogue | null> {
  const [row] = await execute(db, oneSql, catalogue);
  return row ? catalogueOf(row) : null;
}

export async function expectCatalogue(db: Queryable, catalogue: CatalogueId): Promise<Catalogue> {
  const found = await findCatalogue(db, catalogue);
  if (!found) throw new KindlingError('NOT_FOUND', `There is no catalogue "${catalogue}"`);
  return found;
}

/** Every catalogue, for processes that serve them all. */
export async function listCatalogues(db: Queryable): Promise<readonly Catalogue[]> {
  return (await execute(db, allSql)).map(catalogueOf);
}

/** The catalogues that a member belongs to. */
export async function listMemberCatalogues(db: Queryable, memberId: string): Promise<readonly Catalogue[]> {
  return (await execute(db, memberSql, memberId)).map(catalogueOf);
}

/**
 * Limits that are left out stay as they are. `expectedVersion` is the one that the editor saw: when somebody else was
 * faster it is a CONFLICT that shows the other's change.
 */
export async function saveMerchandisingPolicy(
  pool: Pool,
  catalogue: CatalogueId,
  change: Pick<MerchandisingPolicy, 'reviewByAnother'> & Partial<Pick<MerchandisingPolicy, 'limits'>>,
  { expectedVersion, actor }: { readonly expectedVersion: number; readonly actor: string },
): Promise<MerchandisingPolicy> {
  return transaction(pool, async (client) => {
    const { rows } = await client.query<{ readonly merchandising: unknown }>(
      `UPDATE catalogue SET version = version + 1, settings = settings || jsonb_build_object('merchandising',
         coalesce(settings -> 'merchandising', '{}'::jsonb) || $2::jsonb)
       WHERE id = $1 AND coalesce((settings -> 'merchandising' ->> 'version')::int, 0) = $3
       RETURNING settings -> 'merchandising' AS merchandising`,
      [catalogue, JSON.stringify({ ...change, version: expectedVersion + 1 }), expectedVersion],
    );
    if (rows.length === 0) {
      const { merchandising } = await expectCatalogue(client, catalogue);
      throw new KindlingError(
        'CONFLICT',
        `The publishing rules of the catalogue are not at version ${expectedVersion} any more: look at the other change, then save`,
        { field: 'expectedVersion', current: JSON.parse(JSON.stringify(merchandising)) },
      );
    }
    const policy = merchandisingPolicySchema.parse(rows[0]?.merchandising);
    await appendAudit(client, {
      catalogue,
      actor,
      action: 'merchandising.save',
      target: catalogue,
      detail: { ...policy, limits: { ...policy.limits } },
    });
    return policy;
  });
}

interface CatalogueRow {
  readonly id: string;
  readonly name: string;
  readonly scenario: string;
  readonly text_template: string;
  readonly settings: unknown;
  readonly active_model_id: string | null;
  readonly version: number;
  readonly created_at: Date;
}
const columns =
  'c.id, c.name, c.scenario, c.text_template, c.settings, c.active_model_id, c.version, c.created_at';
const oneSql = statement<CatalogueRow, [CatalogueId]>(
  'catalogue-one',
  `SELECT ${columns} FROM catalogue AS c WHERE c.id = $1`,
);
const allSql = statement<CatalogueRow>(
  'catalogue-all',
  `SELECT ${columns} FROM catalogue AS c ORDER BY c.created_at, c.id`,
);
const memberSql = statement<CatalogueRow, [string]>(
  'catalogue-of-member',
  `SELECT ${columns} FROM catalogue AS c JOIN membership AS m ON m.catalogue_id = c.id
   WHERE m.member_id = $1::uuid AND m.suspended_at IS NULL ORDER BY c.created_at, c.id`,
);

function catalogueOf(row: CatalogueRow): Catalogue {
  const scenario = z.enum(scenarios).parse(row.scenario) satisfies Scenario;
  const settings = settingsSchema.parse(row.settings);
  const template = catalogueTemplates[scenario];
  return {
    id: catalogueId(row.id),
    name: row.name,
    template: {
      scenario,
      textTemplate: row.text_template,
      eventWeights: { ...template.eventWeights, ...settings.eventWeights } as EventWeights,
      popularityHalfLifeDays: settings.popularityHalfLifeDays ?? template.popularityHalfLifeDays,
      interestHalfLifeDays: settings.interestHalfLifeDays ?? template.interestHalfLifeDays,
      freshnessHalfLifeDays: settings.freshnessHalfLifeDays ?? template.freshnessHalfLifeDays,
    },
    segmentAttribute: settings.segmentAttribute ?? null,
    merchandising: settings.merchandising ?? merchandisingPolicySchema.parse({}),
    training: settings.training ?? trainingSettingsSchema.parse({}),
    activeModelId: row.active_model_id as ModelId | null,
    version: row.version,
    createdAt: row.created_at,
  };
}
