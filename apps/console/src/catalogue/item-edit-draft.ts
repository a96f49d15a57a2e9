import type { ItemEditInput, ItemEditKind } from '@/generated/graphql';

/** Deleting has its own question; these are the kinds that a form asks for. */
export const editKinds = [
  'SET_STATUS',
  'ADD_CATEGORIES',
  'REMOVE_CATEGORIES',
  'SET_CATEGORIES',
  'ADD_TAGS',
  'REMOVE_TAGS',
  'SET_ATTRIBUTE',
  'APPEND_ATTRIBUTE',
  'REMOVE_ATTRIBUTE',
] as const satisfies readonly ItemEditKind[];
export type EditKind = (typeof editKinds)[number];

/** What somebody has typed so far. */
export interface ItemEditDraft {
  readonly kind: EditKind;
  readonly status: 'ACTIVE' | 'HIDDEN';
  readonly values: readonly string[];
  readonly name: string;
  readonly value: string;
}

export const emptyDraft: ItemEditDraft = {
  kind: 'SET_STATUS',
  status: 'HIDDEN',
  values: [],
  name: '',
  value: '',
};

export const asksForValues = (kind: EditKind) => kind.endsWith('_CATEGORIES') || kind.endsWith('_TAGS');
export const asksForName = (kind: EditKind) => kind.endsWith('_ATTRIBUTE');
export const asksForValue = (kind: EditKind) => kind === 'SET_ATTRIBUTE' || kind === 'APPEND_ATTRIBUTE';

/** Null while something is missing. A value that reads as a number, true, false or JSON is one; others are text. */
export function editOf(draft: ItemEditDraft): ItemEditInput | null {
  const { kind, status, values, value } = draft;
  const name = draft.name.trim();
  if (kind === 'SET_STATUS') return { kind, status };
  if (asksForValues(kind)) return values.length === 0 ? null : { kind, values: [...values] };
  if (name === '') return null;
  if (!asksForValue(kind)) return { kind, name };
  return value.trim() === '' ? null : { kind, name, value: jsonOrText(value.trim()) };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
