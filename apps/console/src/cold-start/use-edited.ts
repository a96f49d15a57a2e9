'use client';
import { parseAsString, useQueryStates } from 'nuqs';

/** What is edited on a tab, in the address: `key` names what there is, `make` says what a new one begins with. */
export const editedParsers = {
  key: parseAsString,
  make: parseAsString,
};

export function useEdited() {
  const [{ key, make }, set] = useQueryStates(editedParsers, { history: 'push' });
  return {
    key,
    make,
    open: (next: string) => void set({ key: next, make: null }),
    begin: (next: string) => void set({ key: null, make: next }),
    close: () => void set({ key: null, make: null }),
  };
}

/** Where something is edited, for links. */
export const editorHref = (tab: 'strategies' | 'placements' | 'segments', key?: string) =>
  key === undefined ? `/cold-start?tab=${tab}` : `/cold-start?tab=${tab}&key=${encodeURIComponent(key)}`;
