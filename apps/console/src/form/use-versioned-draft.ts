'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { asFailure } from '@/graphql/failure';
import { useLeaveWarning } from './use-leave-warning';

export interface Versioned<Draft> {
  readonly draft: Draft;
  readonly version: number;
}

/**
 * Something with versions that is edited: what was seen of it, what is typed, and a save that goes on from the version
 * that was seen. When somebody was quicker, `conflict` is theirs, and what is typed stays.
 */
export function useVersionedDraft<Draft extends object>(props: {
  /** Null: a new one. */
  readonly stored: Versioned<Draft> | null;
  readonly begin: Draft;
  readonly save: (draft: Draft, expectedVersion: number) => Promise<Versioned<Draft>>;
  readonly conflictOf: (current: Readonly<Record<string, unknown>> | undefined) => Versioned<Draft> | null;
  readonly onSaved: (saved: Versioned<Draft>) => unknown;
}) {
  const [base, setBase] = useState(props.stored);
  const [draft, setDraft] = useState(props.begin);
  // Rows that are half filled in live in their fields; another draft begins with fresh ones.
  const [edition, setEdition] = useState(0);
  const isDirty = base === null || !isSame(draft, base.draft);
  const [tried, setTried] = useState(false);
  useLeaveWarning(isDirty && !isSame(draft, base?.draft ?? props.begin));
  const adopt = (next: Draft) => {
    setDraft(next);
    setEdition((old) => old + 1);
  };
  // Somebody else's change is taken over while nothing is typed here; otherwise the save will show it.
  const { stored } = props;
  if (stored !== null && base !== null && stored.version > base.version && !isDirty) {
    setBase(stored);
    adopt(stored.draft);
  }
  const mutation = useMutation({
    mutationFn: (wanted: Versioned<Draft>) => props.save(wanted.draft, wanted.version),
    onSuccess: (saved) => {
      setBase(saved);
      setDraft(saved.draft);
      setTried(false);
      return props.onSaved(saved);
    },
  });
  const failure = mutation.error === null ? null : asFailure(mutation.error);
  const conflict = failure?.code === 'CONFLICT' ? props.conflictOf(failure.details.current) : null;
  return {
    base,
    draft,
    edition,
    isDirty,
    tried,
    failure,
    conflict,
    isSaving: mutation.isPending,
    setTried,
    adopt,
    change: (part: Partial<Draft>) => {
      // what was wrong may be right now: the next save says so
      if (failure !== null && failure.code !== 'CONFLICT') mutation.reset();
      setDraft({ ...draft, ...part });
    },
    discard: () => {
      mutation.reset();
      setTried(false);
      adopt(base?.draft ?? props.begin);
    },
    /** `as`: what is typed, completed by what follows from it. */
    save: (as: Draft = draft) => mutation.mutate({ draft: as, version: base?.version ?? 0 }),
    keepMine: () => {
      if (conflict === null) return;
      mutation.mutate({ draft: mutation.variables?.draft ?? draft, version: conflict.version });
    },
    takeTheirs: () => {
      if (conflict === null) return;
      mutation.reset();
      setBase(conflict);
      adopt(conflict.draft);
    },
  };
}

export type VersionedDraft<Draft extends object> = ReturnType<typeof useVersionedDraft<Draft>>;

/** Whatever the order of their fields; jsonb does not keep it. */
export const isSame = (a: unknown, b: unknown): boolean =>
  JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
