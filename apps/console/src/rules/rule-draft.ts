import { asObject } from '@/form/form-value';
import type { Rule } from './use-rules';

/** A rule as it is typed: nothing in it has been checked. */
export interface RuleDraft {
  readonly kind: string;
  readonly key: string;
  readonly priority: unknown;
  readonly condition: unknown;
  readonly arguments: unknown;
}

export const draftOf = ({ kind, key, priority, condition, arguments: given }: Rule): RuleDraft => ({
  kind,
  key,
  priority,
  condition,
  arguments: given,
});

/** The draft as the API takes it. */
export const inputOf = (draft: RuleDraft) => ({
  key: draft.key,
  kind: draft.kind,
  priority: typeof draft.priority === 'number' ? draft.priority : 0,
  condition: { ...asObject(draft.condition) },
  arguments: { ...asObject(draft.arguments) },
});

export const isSame = (a: RuleDraft, b: RuleDraft) =>
  JSON.stringify(sorted(inputOf(a))) === JSON.stringify(sorted(inputOf(b)));

/** Somebody else's rule, as the API tells it when a save came too late; null when it does not look like one. */
export function ruleOfConflict(
  current: Readonly<Record<string, unknown>> | undefined,
): { readonly draft: RuleDraft; readonly revision: number; readonly author: string } | null {
  const { rule, revision, authors } = current ?? {};
  const { kind, key, priority, condition, arguments: given } = asObject(rule);
  if (typeof kind !== 'string' || typeof key !== 'string' || typeof revision !== 'number') return null;
  const author = Array.isArray(authors) ? String(authors.at(-1) ?? '') : '';
  return { draft: { kind, key, priority, condition, arguments: given }, revision, author };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
