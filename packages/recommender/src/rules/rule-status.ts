import type { Rule } from './rule.js';

export const ruleStatuses = ['DRAFT', 'IN_REVIEW', 'PUBLISHED', 'ARCHIVED'] as const;
export type RuleStatus = (typeof ruleStatuses)[number];
export const ruleActions = ['save', 'submit', 'publish', 'reject', 'archive', 'rollBack'] as const;
export type RuleAction = (typeof ruleActions)[number];

/**
 * The life of a rule. What is published acts until it is replaced or archived: saving a published rule begins a draft
 * beside it. Rolling back needs no second review, for it brings back what was published before.
 */
const transitions = {
  DRAFT: { save: 'DRAFT', submit: 'IN_REVIEW', archive: 'ARCHIVED', rollBack: 'PUBLISHED' },
  IN_REVIEW: {
    save: 'DRAFT',
    publish: 'PUBLISHED',
    reject: 'DRAFT',
    archive: 'ARCHIVED',
    rollBack: 'PUBLISHED',
  },
  PUBLISHED: { save: 'DRAFT', archive: 'ARCHIVED', rollBack: 'PUBLISHED' },
  ARCHIVED: { save: 'DRAFT', rollBack: 'PUBLISHED' },
} as const satisfies Record<RuleStatus, Partial<Record<RuleAction, RuleStatus>>>;

export interface RuleVersion {
  /** What was saved last. */
  readonly rule: Rule;
  readonly status: RuleStatus;
  /** Counts every change of the rule, from 1: what an editor saw is told by it. */
  readonly revision: number;
  /** Whoever wrote in it since it was published last, the latest at the end. */
  readonly authors: readonly string[];
  /** Who published or rejected it; null until then. */
  readonly reviewer: string | null;
  /** The revision whose content acts; null: none does. */
  readonly liveRevision: number | null;
  readonly changedAt: Date;
}

export type RuleChange =
  | { readonly action: 'save' | 'rollBack'; readonly rule: Rule }
  | { readonly action: 'submit' | 'publish' | 'reject' | 'archive' };

export type ChangeResult =
  | { readonly ok: true; readonly version: RuleVersion }
  | { readonly ok: false; readonly code: 'NOT_ALLOWED' | 'OWN_REVIEW'; readonly message: string };

export const allowedActions = (status: RuleStatus): readonly RuleAction[] =>
  Object.keys(transitions[status]) as RuleAction[];

/** A new rule's first version. */
export const draftRule = (rule: Rule, author: string, at: Date): RuleVersion => ({
  rule,
  status: 'DRAFT',
  revision: 1,
  authors: [author],
  reviewer: null,
  liveRevision: null,
  changedAt: at,
});

/** One step in the life of a rule. `reviewByAnother`: nobody publishes what they wrote in. */
export function changeRule(
  current: RuleVersion,
  change: RuleChange,
  { by, at, reviewByAnother }: { by: string; at: Date; reviewByAnother: boolean },
): ChangeResult {
  const { key } = current.rule;
  const status = (transitions[current.status] as Partial<Record<RuleAction, RuleStatus>>)[change.action];
  if (!status) {
    const allowed = allowedActions(current.status).join(', ');
    const message = `Rule "${key}" is ${current.status}: it cannot ${change.action}; it can ${allowed}.`;
    return { ok: false, code: 'NOT_ALLOWED', message };
  }
  if (change.action === 'publish' && reviewByAnother && current.authors.includes(by)) {
    const message = `${by} wrote in rule "${key}": ask someone else to review and publish it.`;
    return { ok: false, code: 'OWN_REVIEW', message };
  }
  const revision = current.revision + 1;
  const next = { ...current, status, revision, changedAt: at };
  switch (change.action) {
    case 'save': {
      const isBegun = current.status === 'DRAFT' || current.status === 'IN_REVIEW';
      const before = isBegun ? current.authors.filter((author) => author !== by) : [];
      return { ok: true, version: { ...next, rule: change.rule, authors: [...before, by], reviewer: null } };
    }
    case 'rollBack':
      return {
        ok: true,
        version: { ...next, rule: change.rule, authors: [by], reviewer: by, liveRevision: revision },
      };
    case 'publish':
      return { ok: true, version: { ...next, reviewer: by, liveRevision: revision } };
    case 'reject':
      return { ok: true, version: { ...next, reviewer: by } };
    case 'archive':
      return { ok: true, version: { ...next, liveRevision: null } };
    case 'submit':
      return { ok: true, version: next };
  }
}
