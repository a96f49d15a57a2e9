import { type CatalogueId, catalogueId, KindlingError } from '@kindling/domain';
import { z } from 'zod';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, statement, transaction } from './database.js';
import { countedEvents, type TrainingTrigger } from './training-run-store.js';

/** When a catalogue's model is trained without anybody asking, and on what. */
export const trainingSettingsSchema = z.object({
  /** Hour of the day in UTC; null: not by night. */
  nightlyHour: z
    .int('is not a whole number')
    .min(0, 'is below 0')
    .max(23, 'is above 23')
    .nullable()
    .default(3),
  /** Train after so many new events; null: not by their number. */
  afterEvents: z.int('is not a whole number').min(100, 'is below 100').nullable().default(20_000),
  /** Events of so many days are looked at. */
  windowDays: z.int('is not a whole number').min(1, 'is below 1').max(730, 'is above 730').default(730),
});
export type TrainingSettings = z.output<typeof trainingSettingsSchema>;

/** A night with fewer new events than this is not worth a training. */
const leastNightlyEvents = 100;

/** What is known of a catalogue's last training, of whatever end, so that a failing one is not begun again at once. */
export interface LastTraining {
  readonly askedAt: Date | null;
  /** Events that came since; all events where nothing was ever trained. */
  readonly newEvents: number;
}

/** Why a training should begin now; null when none should. A night before the catalogue was made does not count. */
export function dueTraining(
  { nightlyHour, afterEvents }: TrainingSettings,
  { askedAt, newEvents }: LastTraining,
  madeAt: Date,
  now: Date,
): TrainingTrigger | null {
  if (afterEvents !== null && newEvents >= afterEvents) return 'EVENTS';
  if (nightlyHour === null || newEvents < leastNightlyEvents) return null;
  const night = new Date(now);
  night.setUTCHours(nightlyHour, 0, 0, 0);
  if (night > now) night.setUTCDate(night.getUTCDate() - 1);
  return night > (askedAt ?? madeAt) ? 'NIGHTLY' : null;
}

export interface DueTraining {
  readonly catalogue: CatalogueId;
  readonly trigger: TrainingTrigger;
}

/** Catalogues whose model should be trained now; those with an open run are left out. */
export async function findDueTrainings(pool: Pool, now: Date): Promise<readonly DueTraining[]> {
  const rows = await execute(pool, candidatesSql);
  return rows.flatMap((row) => {
    const settings = trainingSettingsSchema.parse(row.settings ?? {});
    const last = { askedAt: row.asked_at, newEvents: row.new_events };
    const trigger = dueTraining(settings, last, row.created_at, now);
    return trigger === null ? [] : [{ catalogue: catalogueId(row.id), trigger }];
  });
}

/** Replaces when and on what a catalogue trains. */
export async function saveTrainingSettings(
  pool: Pool,
  catalogue: CatalogueId,
  settings: z.input<typeof trainingSettingsSchema>,
  actor: string,
): Promise<TrainingSettings> {
  const parsed = trainingSettingsSchema.parse(settings);
  return transaction(pool, async (client) => {
    const [saved] = await execute(client, saveSql, catalogue, JSON.stringify(parsed));
    if (!saved) throw new KindlingError('NOT_FOUND', `There is no catalogue "${catalogue}"`);
    await appendAudit(client, {
      catalogue,
      actor,
      action: 'training.schedule',
      target: catalogue,
      detail: { ...parsed },
    });
    return parsed;
  });
}

interface CandidateRow {
  readonly id: string;
  readonly settings: unknown;
  readonly created_at: Date;
  readonly asked_at: Date | null;
  readonly new_events: number;
}
const candidatesSql = statement<CandidateRow>(
  'training-due',
  `SELECT c.id, c.settings -> 'training' AS settings, c.created_at, last.created_at AS asked_at,
     (${countedEvents('c.id')}
       - coalesce(last.counted_events, 0))::float8 AS new_events
   FROM catalogue AS c LEFT JOIN LATERAL (
     SELECT created_at, counted_events, status FROM training_run
     WHERE catalogue_id = c.id ORDER BY number DESC LIMIT 1) AS last ON true
   WHERE last.status IS NULL OR last.status NOT IN ('QUEUED', 'RUNNING')`,
);
const saveSql = statement<{ version: number }, [CatalogueId, string]>(
  'training-settings',
  `UPDATE catalogue SET settings = jsonb_set(settings, '{training}', $2::jsonb), version = version + 1
   WHERE id = $1 RETURNING version`,
);
