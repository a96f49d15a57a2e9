import { coldnesses } from '@kindling/domain';
import { z } from 'zod';
import { keySchema } from './metric.js';
import { stoppingSchema } from './stopping-rule.js';

/**
 * AB: arms of fixed shares · BANDIT: shares follow what the arms bring · INTERLEAVING: one list is drafted from the
 * rankings of two arms; a screening with few people, which an A/B test has to confirm.
 */
export const experimentKinds = ['AB', 'BANDIT', 'INTERLEAVING'] as const;
export type ExperimentKind = (typeof experimentKinds)[number];

/** PROFILE: one arm for a person or device, for good. SESSION: one arm a session. */
export const experimentUnits = ['PROFILE', 'SESSION'] as const;
export const experimentStatuses = ['DRAFT', 'RUNNING', 'STOPPED', 'DECIDED'] as const;
export type ExperimentStatus = (typeof experimentStatuses)[number];

/** Traits of a unit at its first exposure; nothing that an arm could have changed. */
export const dimensions = ['coldness', 'device', 'locale', 'category'] as const;
export type Dimension = (typeof dimensions)[number];

const share = z.number().min(0, 'is below 0').max(1, 'is above 1');
const metricKeys = (most: number) => z.array(keySchema).max(most, `has more than ${most} entries`);

const ruleKeys = z
  .array(z.string().min(1, 'is empty').max(64, 'is longer than 64 characters'))
  .max(50, 'has more than 50 entries');

const variantSchema = z.object({
  key: keySchema,
  name: z.string().trim().min(1, 'is empty').max(200, 'is longer than 200 characters'),
  strategyKey: keySchema,
  weight: z.number().min(0, 'is negative').max(1_000, 'is above 1000').default(1),
  /** Keys of published rules that do not act in this arm. */
  rulesOff: ruleKeys.default([]),
  /** Keys of rules that act in this arm as they are at the start, drafts among them. */
  rulesOn: ruleKeys.default([]),
  /** Slots of a list; null: as many as are asked for. */
  size: z.number().int().min(1, 'is below 1').max(200, 'is above 200').nullable().default(null),
  /** Keys of strategies for when the arm's own fails; null: those of the placement. */
  fallback: z.array(keySchema).max(5, 'has more than 5 entries').nullable().default(null),
  /** Key of the onboarding flow that stands in for the experiment's; null: that one itself. */
  flow: keySchema.nullable().default(null),
});
export type Variant = z.output<typeof variantSchema>;

/** Everything that is fixed before the start, as JSON. The first variant is the control. */
export const experimentDefinitionSchema = z
  .object({
    name: z.string().trim().min(1, 'is empty').max(200, 'is longer than 200 characters'),
    hypothesis: z.string().trim().min(1, 'is empty').max(2_000, 'is longer than 2000 characters'),
    kind: z.enum(experimentKinds).default('AB'),
    unit: z.enum(experimentUnits).default('PROFILE'),
    placements: z.array(keySchema).max(10, 'has more than 10 entries'),
    /** The onboarding flow that is compared, by the key that sites ask for it; null: none. */
    onboardingFlow: keySchema.nullable().default(null),
    /** Of a BANDIT: no arm's share falls below `floor`; shares are worked out anew so often. */
    bandit: z
      .object({
        floor: z.number().min(0, 'is below 0').max(0.5, 'is above 0.5').default(0.05),
        everyMinutes: z.number().min(1, 'is below 1').max(10_080, 'is above 10080').default(60),
      })
      .prefault({}),
    /** Experiments of one layer hold ranges that do not overlap: a unit is in one of them at most. */
    layer: z.object({ key: keySchema, from: share, to: share }).nullable().default(null),
    /** Share that sees no experiment at all. The draw is the catalogue's, so the same people in every experiment. */
    holdoutShare: z.number().min(0, 'is below 0').max(0.5, 'is above 0.5').default(0),
    /** Only units of these coldnesses enter; who is in stays in. Empty: all. */
    coldness: z.array(z.enum(coldnesses)).max(3).default([]),
    /** Only units in one of these segments, as they are at the start, enter; who is in stays in. Empty: all. */
    segments: z
      .array(z.string().min(1, 'is empty').max(64, 'is longer than 64 characters'))
      .max(10, 'has more than 10 entries')
      .default([]),
    variants: z.array(variantSchema).min(2, 'has fewer than 2 entries').max(8, 'has more than 8 entries'),
    primaryMetric: keySchema,
    secondaryMetrics: metricKeys(10).default([]),
    guardrails: z
      .array(
        z.object({ metric: keySchema, margin: z.number().positive('is not above 0').max(1, 'is above 1') }),
      )
      .max(6, 'has more than 6 entries')
      .default([]),
    alpha: z.number().min(0.001, 'is below 0.001').max(0.2, 'is above 0.2').default(0.05),
    /** What it was planned to find: relative lift, with which chance, from how many units an arm, in how many days. */
    plan: z
      .object({
        lift: z.number().positive('is not above 0').max(10, 'is above 10').default(0.05),
        power: z.number().min(0.5, 'is below 0.5').max(0.99, 'is above 0.99').default(0.8),
        unitsPerArm: z
          .number()
          .int()
          .min(10, 'is below 10')
          .max(100_000_000, 'is above 100000000')
          .default(5_000),
        days: z.number().int().min(1, 'is below 1').max(365, 'is above 365').default(14),
      })
      .prefault({}),
    stopping: stoppingSchema.prefault({}),
    /** Results stay hidden until every arm has this many units: the statistics are asymptotic. */
    minimumUnitsPerArm: z.number().int().min(2, 'is below 2').max(10_000_000, 'is too large').default(200),
    /** For units without a past: the trait by which arms are brought to the same mix. */
    stratifyBy: z.enum(dimensions).nullable().default(null),
  })
  .refine(({ variants }) => new Set(variants.map(({ key }) => key)).size === variants.length, {
    path: ['variants'],
    message: 'has two entries of one key',
  })
  .refine(({ variants }) => variants.filter(({ weight }) => weight > 0).length >= 2, {
    path: ['variants'],
    message: 'gives fewer than two arms a weight above 0',
  })
  .refine(({ placements, onboardingFlow }) => placements.length > 0 || onboardingFlow !== null, {
    path: ['placements'],
    message: 'is empty: name a placement, or an onboardingFlow',
  })
  .refine(
    ({ variants, onboardingFlow }) => onboardingFlow !== null || variants.every(({ flow }) => flow === null),
    {
      path: ['onboardingFlow'],
      message: 'is missing: variants name flows that would stand in for it',
    },
  )
  .refine(({ kind, variants }) => kind !== 'INTERLEAVING' || variants.length === 2, {
    path: ['variants'],
    message: 'are not two: interleaving drafts a list from two rankings',
  })
  .refine(
    ({ kind, placements, onboardingFlow }) =>
      kind !== 'INTERLEAVING' || (placements.length > 0 && onboardingFlow === null),
    {
      path: ['onboardingFlow'],
      message: 'cannot be interleaved: only the lists of placements can',
    },
  )
  .refine(({ kind, bandit, variants }) => kind !== 'BANDIT' || bandit.floor * variants.length < 1, {
    path: ['bandit', 'floor'],
    message: 'leaves nothing to give away: it has to be below 1 / number of variants',
  })
  .refine(({ kind, stopping }) => kind !== 'BANDIT' || stopping.rule === 'ALWAYS_VALID', {
    path: ['stopping', 'rule'],
    message: 'is not for a BANDIT, which is decided by the chance of an arm to be the best: leave it out',
  })
  .refine(({ kind, stopping }) => kind !== 'INTERLEAVING' || stopping.rule !== 'BAYESIAN', {
    path: ['stopping', 'rule'],
    message: 'is ALWAYS_VALID or FIXED_HORIZON for interleaving: no prior is known of a share of clicks',
  })
  .refine(({ layer }) => layer === null || layer.from < layer.to, {
    path: ['layer', 'to'],
    message: 'is not above layer.from',
  });

export type ExperimentDefinition = z.output<typeof experimentDefinitionSchema>;

/**
 * What a draft has to be beside that: stricter than what is stored, of which earlier drafts may hold more. Whatever is
 * promised to be watched has to be readable, and a bandit, whose shares follow the outcomes, gives no comparisons.
 */
export const experimentDraftSchema = experimentDefinitionSchema
  .refine(({ kind, guardrails }) => kind === 'AB' || guardrails.length === 0, {
    path: ['guardrails'],
    message: 'are watched in a comparison of fixed shares (AB) only: leave them out, or choose that kind',
  })
  .refine(({ kind, secondaryMetrics }) => kind !== 'BANDIT' || secondaryMetrics.length === 0, {
    path: ['secondaryMetrics'],
    message: 'cannot be compared between the arms of a BANDIT: leave them out',
  });

/** Primary first, each metric once: the order in which outcomes and statistics are kept. */
export const metricKeysOf = (definition: ExperimentDefinition): readonly string[] => [
  ...new Set([
    definition.primaryMetric,
    ...definition.secondaryMetrics,
    ...definition.guardrails.map(({ metric }) => metric),
  ]),
];
