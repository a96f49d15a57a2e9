import type { ExperimentInput } from '@/generated/graphql';
import type { Experiment, StoppingRule } from './use-experiments';

export interface DraftArm {
  /** Of the row in the form; the arm's key is made from its name. */
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly strategyKey: string;
  readonly weight: number;
  readonly more: ArmSettings;
}

/** In what an arm may differ besides its strategy. */
export type ArmSettings = Pick<
  Experiment['variants'][number],
  'rulesOff' | 'rulesOn' | 'size' | 'fallback' | 'flow'
>;
const plainArm: ArmSettings = { rulesOff: [], rulesOn: [], size: null, fallback: null, flow: null };

export const newArm = (fields: Pick<DraftArm, 'id' | 'key' | 'name'>): DraftArm => ({
  ...fields,
  strategyKey: '',
  weight: 1,
  more: plainArm,
});

export interface DraftGuardrail {
  readonly metric: string;
  /** Relative loss that is accepted, in percent. */
  readonly marginPercent: number;
}

/** What the form holds: everything that is fixed before the start, shares in percent as people type them. */
export interface ExperimentDraft {
  readonly key: string;
  readonly expectedVersion: number;
  readonly name: string;
  readonly hypothesis: string;
  readonly placements: readonly string[];
  readonly arms: readonly DraftArm[];
  readonly primaryMetric: string;
  readonly secondaryMetrics: readonly string[];
  readonly guardrails: readonly DraftGuardrail[];
  readonly liftPercent: number;
  readonly powerPercent: number;
  readonly days: number;
  readonly unitsPerArm: number;
  readonly minimumUnitsPerArm: number;
  readonly alphaPercent: number;
  readonly holdoutPercent: number;
  readonly coldness: Experiment['coldness'];
  readonly segments: readonly string[];
  readonly unit: Experiment['unit'];
  readonly stratifyBy: string | null;
  readonly kind: Experiment['kind'];
  readonly bandit: Experiment['bandit'];
  /** The flow in whose place arms show theirs. */
  readonly onboardingFlow: string | null;
  readonly stoppingRule: StoppingRule;
  /** Of a Bayesian rule: expected loss that is accepted, in percent of the control. */
  readonly maximumLossPercent: number;
  /** Set in the API only; a next version keeps it. */
  readonly layer: Experiment['layer'];
}

/** What a test of arms is read by, before anybody has chosen. */
const comparedBy: Pick<ExperimentDraft, 'primaryMetric' | 'secondaryMetrics' | 'guardrails'> = {
  primaryMetric: 'list-clicks',
  secondaryMetrics: [],
  // one that every catalogue has events of: what never happens is never shown to be safe, and blocks what is good
  guardrails: [{ metric: 'click-conversion', marginPercent: 10 }],
};

/** A bandit has a rule of its own, and no prior is known of a share of clicks. */
export const stoppingRulesOf = (kind: ExperimentDraft['kind']): readonly StoppingRule[] =>
  kind === 'BANDIT'
    ? []
    : kind === 'INTERLEAVING'
      ? ['ALWAYS_VALID', 'FIXED_HORIZON']
      : ['ALWAYS_VALID', 'FIXED_HORIZON', 'BAYESIAN'];

/** Interleaving has two rankings and is read by the share of clicks alone; back from it, everything can be chosen again. */
export function ofKind(before: ExperimentDraft, kind: ExperimentDraft['kind']): ExperimentDraft {
  const stoppingRule = stoppingRulesOf(kind).find((rule) => rule === before.stoppingRule) ?? 'ALWAYS_VALID';
  const draft = { ...before, stoppingRule };
  const [was, is] = [draft.kind, kind].map((one) => one === 'INTERLEAVING');
  if (was === is) return { ...draft, kind };
  if (!is) return { ...draft, kind, ...comparedBy };
  return {
    ...draft,
    kind,
    arms: draft.arms.slice(0, 2),
    primaryMetric: 'win-share',
    secondaryMetrics: [],
    guardrails: [],
    onboardingFlow: null,
  };
}

export const emptyDraft = (control: string, arm: string): ExperimentDraft => ({
  key: '',
  expectedVersion: 0,
  name: '',
  hypothesis: '',
  placements: [],
  arms: [
    newArm({ id: 'a', key: 'control', name: control }),
    newArm({ id: 'b', key: 'treatment', name: arm }),
  ],
  ...comparedBy,
  liftPercent: 5,
  powerPercent: 80,
  days: 14,
  unitsPerArm: 5_000,
  minimumUnitsPerArm: 200,
  alphaPercent: 5,
  holdoutPercent: 0,
  coldness: [],
  segments: [],
  unit: 'PROFILE',
  stratifyBy: null,
  layer: null,
  stoppingRule: 'ALWAYS_VALID',
  maximumLossPercent: 0.25,
  kind: 'AB',
  bandit: { floor: 0.05, everyMinutes: 60 },
  onboardingFlow: null,
});

const percent = (share: number) => Number((share * 100).toPrecision(6));
const share = (value: number) => Number((value / 100).toPrecision(6));

/** The next version of an experiment begins as a copy of the newest one. */
export const draftOf = (experiment: Experiment): ExperimentDraft => ({
  key: experiment.key,
  expectedVersion: experiment.version,
  name: experiment.name,
  hypothesis: experiment.hypothesis,
  placements: experiment.placements,
  arms: experiment.variants.map(({ key, name, strategyKey, weight, strategyVersion: _frozen, ...more }) => ({
    id: key,
    key,
    name,
    strategyKey,
    weight,
    more,
  })),
  primaryMetric: experiment.primaryMetric,
  secondaryMetrics: experiment.secondaryMetrics,
  guardrails: experiment.guardrails.map(({ metric, margin }) => ({ metric, marginPercent: percent(margin) })),
  liftPercent: percent(experiment.plan.lift),
  powerPercent: percent(experiment.plan.power),
  days: experiment.plan.days,
  unitsPerArm: experiment.plan.unitsPerArm,
  minimumUnitsPerArm: experiment.minimumUnitsPerArm,
  alphaPercent: percent(experiment.alpha),
  holdoutPercent: percent(experiment.holdoutShare),
  coldness: experiment.coldness,
  segments: experiment.segments,
  unit: experiment.unit,
  stratifyBy: experiment.stratifyBy ?? null,
  layer: experiment.layer ?? null,
  kind: experiment.kind,
  bandit: experiment.bandit,
  onboardingFlow: experiment.onboardingFlow ?? null,
  stoppingRule: experiment.stopping?.rule ?? 'ALWAYS_VALID',
  maximumLossPercent: percent(experiment.stopping?.maximumLoss ?? 0.0025),
});

/** A key as the API wants it, from words: lower-case letters, digits and hyphens. */
export function keyOf(words: string): string {
  return words
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63);
}

/** Null of a bandit, which has a rule of its own. */
export const stoppingOf = ({ kind, stoppingRule, maximumLossPercent }: ExperimentDraft) =>
  kind === 'BANDIT' ? null : { rule: stoppingRule, maximumLoss: share(maximumLossPercent) };

/** The form as the API takes it. */
export function inputOf(draft: ExperimentDraft): ExperimentInput {
  return {
    key: draft.key === '' ? keyOf(draft.name) : draft.key,
    expectedVersion: draft.expectedVersion,
    name: draft.name.trim(),
    hypothesis: draft.hypothesis.trim(),
    placements: [...draft.placements],
    kind: draft.kind,
    bandit: draft.bandit,
    onboardingFlow: draft.onboardingFlow,
    variants: draft.arms.map(({ key, name, strategyKey, weight, more }) => ({
      ...more,
      flow: draft.onboardingFlow === null ? null : more.flow,
      key,
      name: name.trim(),
      strategyKey,
      weight,
    })),
    primaryMetric: draft.primaryMetric,
    // a bandit gives no comparisons, and guardrails are watched in those of fixed shares
    secondaryMetrics:
      draft.kind === 'BANDIT' ? [] : draft.secondaryMetrics.filter((key) => key !== draft.primaryMetric),
    guardrails:
      draft.kind === 'AB'
        ? draft.guardrails.map(({ metric, marginPercent }) => ({ metric, margin: share(marginPercent) }))
        : [],
    plan: {
      lift: share(draft.liftPercent),
      power: share(draft.powerPercent),
      days: draft.days,
      unitsPerArm: draft.unitsPerArm,
    },
    stopping: stoppingOf(draft),
    minimumUnitsPerArm: draft.minimumUnitsPerArm,
    alpha: share(draft.alphaPercent),
    holdoutShare: share(draft.holdoutPercent),
    coldness: [...draft.coldness],
    segments: [...draft.segments],
    unit: draft.unit,
    stratifyBy: draft.stratifyBy,
    layer: draft.layer == null ? null : { key: draft.layer.key, from: draft.layer.from, to: draft.layer.to },
  };
}
