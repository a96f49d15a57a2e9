/** What a pressed key means, given the key before it. Pure, so that it can be tested without a browser. */
export type Shortcut =
  | { readonly kind: 'go'; readonly key: string }
  | { readonly kind: 'palette' }
  | { readonly kind: 'search' }
  | { readonly kind: 'help' };

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  /** Whether the person is typing into a field: then single keys are text. */
  readonly typing: boolean;
}

/** `previous` is the key pressed within the last second, or null. */
export function shortcutOf(press: KeyPress, previous: string | null): Shortcut | null {
  if ((press.metaKey || press.ctrlKey) && !press.altKey && press.key.toLowerCase() === 'k')
    return { kind: 'palette' };
  if (press.typing || press.metaKey || press.ctrlKey || press.altKey) return null;
  if (press.key === '?') return { kind: 'help' };
  if (press.key === '/') return { kind: 'search' };
  if (previous === 'g' && /^[a-z]$/.test(press.key)) return { kind: 'go', key: press.key };
  return null;
}
