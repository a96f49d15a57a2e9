import type { Rule } from './rule.js';

export const ruleStatuses = ['DRAFT', 'IN_REVIEW', 'PUBLISHED', 'ARCHIVED'] as const;
export type RuleStatus = (typeof ruleStatuses)[number];

/**
 * The life of one version of a rule. A published version never changes: `revise` begins the next version as a draft,
 * and publishing that one archives the one before. `revise` of an archived version is the roll-back.
 */
const transitions = {
  DRAFT: { submit: 'IN_REVIEW', archive: 'ARCHIVED' },
  IN_REVIEW: { publish: 'PUBLISHED', reject: 'DRAFT', archive: 'ARCHIVED' },
  PUBLISHED: { revise: 'DRAFT', archive: 'ARCHIVED' },
  ARCHIVED: { revise: 'DRAFT' },
} as const satisfies Record<RuleStatus, Partial<Record<string, RuleStatus>>>;

export type RuleAction = { [S in RuleStatus]: keyof (typeof transitions)[S] }[RuleStatus];

export interface RuleVersion {
  readonly rule: Rule;
  readonly status: RuleStatus;
  /** Counts from 1. */
  readonly version: number;
  readonly author: string;
  /** Who published or rejected it; null until then. */
  readonly reviewer: string | null;
  readonly changedAt: Date;
}

export type TransitionResult =
  | { readonly ok: true; readonly version: RuleVersion }
  | { readonly ok: false; readonly code: 'NOT_ALLOWED' | 'OWN_REVIEW'; readonly message: string };

export const allowedActions = (status: RuleStatus): readonly RuleAction[] =>
  Object.keys(transitions[status]) as RuleAction[];

export const draftRule = (rule: Rule, author: string, at: Date): RuleVersion => ({
  rule,
  status: 'DRAFT',
  version: 1,
  author,
  reviewer: null,
  changedAt: at,
});

/** One step in the life of a version. `latest` is the rule's highest version number, which `revise` counts on from. */
export function changeStatus(
  current: RuleVersion,
  action: RuleAction,
  { by, at, latest = current.version }: { by: string; at: Date; latest?: number },
): TransitionResult {
  const target = (transitions[current.status] as Partial<Record<RuleAction, RuleStatus>>)[action];
  if (!target) {
    const allowed = allowedActions(current.status).join(', ');
    const message = `Rule "${current.rule.key}" is ${current.status}: it cannot ${action}; it can ${allowed}.`;
    return { ok: false, code: 'NOT_ALLOWED', message };
  }
  if (action === 'publish' && by === current.author) {
    const message = `Rule "${current.rule.key}" was written by ${by}: ask someone else to review and publish it.`;
    return { ok: false, code: 'OWN_REVIEW', message };
  }
  if (action === 'revise') {
    return { ok: true, version: { ...draftRule(current.rule, by, at), version: latest + 1 } };
  }
  const reviewer = action === 'publish' || action === 'reject' ? by : current.reviewer;
  return { ok: true, version: { ...current, status: target, reviewer, changedAt: at } };
}
