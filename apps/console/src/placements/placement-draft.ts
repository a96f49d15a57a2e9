import { asObject } from '@/form/form-value';
import { problemsOf } from '@/form/use-form-errors';
import type { Versioned } from '@/form/use-versioned-draft';
import type { Failure } from '@/graphql/failure';

export interface PlacementDraft {
  readonly key: string;
  readonly name: string;
  readonly kind: string;
  readonly strategyKey: string;
  /** Null while nothing is typed. */
  readonly size: number | null;
  readonly fallback: readonly string[];
}

/** What is wrong with a field: one of ours, known before the API is asked, or a sentence of the API. */
export interface PlacementProblem {
  readonly isOurs: boolean;
  /** Ours: missing, key or size. */
  readonly text: string;
}

export function placementErrors(
  draft: PlacementDraft,
  failure: Failure | null,
): ReadonlyMap<string, PlacementProblem> {
  const found = new Map<string, PlacementProblem>();
  const ours = (field: keyof PlacementDraft, text: string) => found.set(field, { isOurs: true, text });
  for (const [path, text] of problemsOf(failure, 'input'))
    found.set(path.split('.')[0] ?? path, { isOurs: false, text });
  // a strategy that is gone: told by its own field, or its place in the chain
  const { field } = failure?.details ?? {};
  if (failure?.code === 'NOT_FOUND' && field !== undefined)
    found.set(field.split('.')[0] ?? field, { isOurs: false, text: failure.message });
  if (draft.name.trim() === '') ours('name', 'missing');
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(draft.key)) ours('key', 'key');
  if (draft.strategyKey === '') ours('strategyKey', 'missing');
  if (draft.size === null || !Number.isInteger(draft.size) || draft.size < 1 || draft.size > 100)
    ours('size', 'size');
  return found;
}

/** Somebody else's placement, as the API tells it when a save came too late; null when it does not look like one. */
export function placementOfConflict(
  current: Readonly<Record<string, unknown>> | undefined,
): Versioned<PlacementDraft> | null {
  const { key, version, name, kind, strategyKey, size, fallback } = asObject(current) as Record<
    string,
    unknown
  >;
  const isOne =
    typeof key === 'string' &&
    typeof version === 'number' &&
    typeof name === 'string' &&
    typeof kind === 'string' &&
    typeof strategyKey === 'string' &&
    typeof size === 'number' &&
    Array.isArray(fallback);
  if (!isOne) return null;
  return { version, draft: { key, name, kind, strategyKey, size, fallback: fallback.map(String) } };
}

/** The chain with one link at another place, from 0. */
export const movedLink = (chain: readonly string[], from: number, to: number): readonly string[] => {
  const link = chain[from];
  return link === undefined ? chain : chain.toSpliced(from, 1).toSpliced(to, 0, link);
};
