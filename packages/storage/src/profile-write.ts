import { type CatalogueId, type JsonObject, type ProfileId, profileId } from '@kindling/domain';
import { z } from 'zod';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, statement, transaction } from './database.js';
import { exclusiveProfilesLock } from './event-store.js';
import { jsonParameter } from './json-parameter.js';
import { keepAttributes } from './replaced-attributes-store.js';

export const profileLimits = { idCharacters: 256, attributesBytes: 8_192, consentEntries: 50 } as const;

const jsonObject = z
  .record(z.string(), z.json(), 'is not a JSON object')
  .refine(
    (value) => JSON.stringify(value).length <= profileLimits.attributesBytes,
    `is larger than ${profileLimits.attributesBytes} bytes`,
  )
  .refine((value) => !JSON.stringify(value).includes('\\u0000'), 'contains a NUL character');

/** What a caller says of a person. What is left out (null) stays as it is; what is given replaces it whole. */
export const profileWriteSchema = z.object({
  id: z
    .string()
    .min(1, 'is empty')
    .max(profileLimits.idCharacters, `is longer than ${profileLimits.idCharacters} characters`)
    .refine((value) => !value.includes('\0'), 'contains a NUL character')
    .transform(profileId),
  attributes: jsonObject.nullable().default(null),
  /** Purpose to yes or no. */
  consent: jsonObject
    .refine((value) => Object.values(value).every((one) => typeof one === 'boolean'), {
      message: 'has a value that is not true or false',
    })
    .refine((value) => Object.keys(value).length <= profileLimits.consentEntries, {
      message: `has more than ${profileLimits.consentEntries} entries`,
    })
    .nullable()
    .default(null),
});
export type ProfileWrite = z.output<typeof profileWriteSchema>;

export const profileOutcomes = ['CREATED', 'UPDATED', 'UNCHANGED'] as const;
export type ProfileOutcome = (typeof profileOutcomes)[number];

/**
 * Stores profiles in one transaction and answers what became of each, in order; of two rows of one profile the later
 * counts. A profile that was merged into another is written there. Takes the profiles' lock alone: an event that is
 * stored after this has committed is counted in the new segment, one before it in the old.
 */
export async function upsertProfiles(
  pool: Pool,
  catalogue: CatalogueId,
  writes: readonly ProfileWrite[],
  actor: string,
): Promise<readonly ProfileOutcome[]> {
  if (writes.length === 0) return [];
  return transaction(pool, async (client) => {
    await execute(client, exclusiveProfilesLock, catalogue);
    const merged = await execute(
      client,
      mergedSql,
      catalogue,
      writes.map(({ id }) => id),
    );
    const targets = new Map(merged.map((row) => [row.id, row.merged_into]));
    const targetOf = ({ id }: ProfileWrite) => targets.get(id) ?? id;
    const wanted = new Map<ProfileId, Pick<ProfileWrite, 'attributes' | 'consent'>>();
    for (const write of writes) {
      const earlier = wanted.get(targetOf(write));
      wanted.set(targetOf(write), {
        attributes: write.attributes ?? earlier?.attributes ?? null,
        consent: write.consent ?? earlier?.consent ?? null,
      });
    }
    const ids = [...wanted.keys()];
    const created = new Set((await execute(client, createSql, catalogue, ids)).map(({ id }) => id));
    const rows = await execute(
      client,
      updateSql,
      catalogue,
      ids,
      ids.map((id) => jsonOrNull(wanted.get(id)?.attributes)),
      ids.map((id) => jsonOrNull(wanted.get(id)?.consent)),
    );
    const updated = new Set(rows.map(({ id }) => id));
    const outcomes = writes.map((write): ProfileOutcome => {
      if (created.has(targetOf(write))) return 'CREATED';
      return updated.has(targetOf(write)) ? 'UPDATED' : 'UNCHANGED';
    });
    if (created.size + updated.size > 0) {
      // No ids: they would outlive an erasure.
      const changed = [...updated].filter((id) => !created.has(id)).length;
      await appendAudit(client, {
        catalogue,
        actor,
        action: 'profile.upsert',
        target: String(ids.length),
        detail: { created: created.size, updated: changed },
      });
    }
    return outcomes;
  });
}

const jsonOrNull = (value: JsonObject | null | undefined) =>
  value === null || value === undefined ? null : jsonParameter(value);

const mergedSql = statement<{ id: ProfileId; merged_into: ProfileId }, [CatalogueId, readonly ProfileId[]]>(
  'profiles-merged',
  `SELECT id, merged_into FROM profile
   WHERE catalogue_id = $1 AND id = ANY($2::text[]) AND merged_into IS NOT NULL`,
);
const createSql = statement<{ id: ProfileId }, [CatalogueId, readonly ProfileId[]]>(
  'profiles-create',
  `INSERT INTO profile (catalogue_id, id) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING RETURNING id`,
);
const updateSql = statement<
  { id: ProfileId },
  [CatalogueId, readonly ProfileId[], readonly (string | null)[], readonly (string | null)[]]
>(
  'profiles-update',
  `WITH changed AS (
     SELECT profile.id, profile.attributes FROM profile JOIN unnest($2::text[], $3::text[]) AS input (id, attributes) USING (id)
     WHERE profile.catalogue_id = $1 AND profile.attributes <> input.attributes::jsonb AND profile.created_at <> now()),
   ${keepAttributes}
   UPDATE profile SET attributes = coalesce(input.attributes::jsonb, profile.attributes),
     consent = coalesce(input.consent::jsonb, profile.consent)
   FROM unnest($2::text[], $3::text[], $4::text[]) AS input (id, attributes, consent)
   WHERE profile.catalogue_id = $1 AND profile.id = input.id
     AND (profile.attributes IS DISTINCT FROM coalesce(input.attributes::jsonb, profile.attributes)
       OR profile.consent IS DISTINCT FROM coalesce(input.consent::jsonb, profile.consent))
   RETURNING profile.id`,
);
