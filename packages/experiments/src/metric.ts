import { eventTypes } from '@kindling/domain';
import { z } from 'zod';

/**
 * - CONVERSION: 1 for a unit that did it, else 0
 * - COUNT: how often · REVENUE: sum of the events' values
 * - RATIO: events over `denominator` events of the same units (clicks over impressions)
 * - TIME_TO_FIRST: seconds from the exposure to the first event, `windowHours` for who did it later or never
 * - RETENTION: 1 for a unit that came back between `fromHours` and `windowHours` after its exposure
 * - WIN_SHARE: of the events on slots of interleaved lists, the share on slots that the second ranking drafted; unknown
 *   of a unit without such an event
 *
 * TIME_TO_FIRST and RETENTION are known of a unit only when its window is over: younger units are not counted yet.
 */
export const metricKinds = [
  'CONVERSION',
  'COUNT',
  'REVENUE',
  'RATIO',
  'TIME_TO_FIRST',
  'RETENTION',
  'WIN_SHARE',
] as const;
export type MetricKind = (typeof metricKinds)[number];

/**
 * PROFILE: everything that a unit does after its exposure. RECOMMENDATION: only events that name a list of this
 * experiment, within the window after that list.
 */
export const attributions = ['PROFILE', 'RECOMMENDATION'] as const;
export type Attribution = (typeof attributions)[number];

export const keySchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not lower-case letters, digits and hyphens, at most 63 of them');

const eventList = z.array(z.enum(eventTypes)).max(eventTypes.length, 'names a type twice');
const hours = z
  .number()
  .positive('is not above 0')
  .max(24 * 365, 'is longer than a year');

/** What a metric is, as JSON; a changed one is a new version, and running experiments keep theirs. */
export const metricSchema = z
  .object({
    key: keySchema,
    name: z.string().trim().min(1, 'is empty').max(200, 'is longer than 200 characters'),
    kind: z.enum(metricKinds),
    events: eventList.min(1, 'is empty'),
    denominator: eventList.default([]),
    attribution: z.enum(attributions).default('PROFILE'),
    /** Events later than this do not count; null: all of them. */
    windowHours: hours.nullable().default(null),
    fromHours: hours.nullable().default(null),
    /** A unit counts as this much at most. */
    cap: z.number().positive('is not above 0').max(1_000_000, 'is above 1000000').nullable().default(null),
    /** Only events about items that were published at most so many days before; null: about any item. */
    newItemDays: z.number().positive('is not above 0').max(365, 'is above 365').nullable().default(null),
    /** Behaviour before the exposure that CUPED adjusts by; 0 for none. */
    prePeriodDays: z.number().int().min(0, 'is negative').max(90, 'is above 90').default(14),
    better: z.enum(['HIGHER', 'LOWER']).default('HIGHER'),
  })
  .refine(({ kind, denominator }) => (kind === 'RATIO') === denominator.length > 0, {
    path: ['denominator'],
    message: 'names event types for a RATIO, and only for one',
  })
  .refine(({ kind, windowHours }) => !maturing.includes(kind) || windowHours !== null, {
    path: ['windowHours'],
    message: 'is missing: TIME_TO_FIRST and RETENTION need the hours after which a unit is counted',
  })
  .refine(({ kind, attribution }) => kind !== 'WIN_SHARE' || attribution === 'RECOMMENDATION', {
    path: ['attribution'],
    message: 'is RECOMMENDATION for a WIN_SHARE: only an event that names a list tells who drafted its slot',
  })
  .refine(
    ({ kind, fromHours, windowHours }) =>
      kind === 'RETENTION'
        ? fromHours !== null && windowHours !== null && fromHours < windowHours
        : fromHours === null,
    { path: ['fromHours'], message: 'is below windowHours for a RETENTION, and missing otherwise' },
  );

const maturing: readonly MetricKind[] = ['TIME_TO_FIRST', 'RETENTION'];

export type MetricDefinition = z.output<typeof metricSchema>;
export interface Metric extends MetricDefinition {
  readonly version: number;
}
export const storedMetricSchema = z.intersection(metricSchema, z.object({ version: z.int().min(1) }));

/** Hours after the exposure from which a unit is counted; 0: at once. */
export const maturityHours = ({ kind, windowHours }: MetricDefinition) =>
  maturing.includes(kind) ? (windowHours ?? 0) : 0;

/** Kinds whose parts before and after a moment add up to the whole. */
export const addsUp = ({ kind }: MetricDefinition) =>
  kind === 'CONVERSION' || kind === 'COUNT' || kind === 'REVENUE';

/** Whether what a unit did before tells of what it will do: the kinds for which CUPED has a covariate. */
export const hasPrePeriod = (metric: MetricDefinition) =>
  metric.prePeriodDays > 0 && (addsUp(metric) || metric.kind === 'RATIO');

/**
 * Values are kept as whole numbers, so that sums of them and of their squares are exact in any order: counts and
 * seconds as they are, money in thousandths, shares in millionths. A unit's value is cut at 3 * 10^9 of these.
 */
export const scaleOf = ({ kind }: Pick<MetricDefinition, 'kind'>) =>
  kind === 'REVENUE' ? 1_000 : kind === 'WIN_SHARE' ? 1_000_000 : 1;
