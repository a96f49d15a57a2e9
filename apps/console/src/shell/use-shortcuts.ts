'use client';
import { useEffect, useEffectEvent } from 'react';
import { type Shortcut, shortcutOf } from './shortcut';

const sequenceMs = 1_000;

/** Listens for the console's shortcuts. `onShortcut` says whether it took the key. */
export function useShortcuts(onShortcut: (shortcut: Shortcut) => boolean): void {
  const take = useEffectEvent(onShortcut);
  useEffect(() => {
    let previous: { key: string; at: number } | null = null;
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const recent = previous !== null && event.timeStamp - previous.at < sequenceMs ? previous.key : null;
      const shortcut = shortcutOf(
        {
          key: event.key,
          ctrlKey: event.ctrlKey,
          metaKey: event.metaKey,
          altKey: event.altKey,
          typing: isTyping(event.target),
        },
        recent,
      );
      previous = { key: event.key, at: event.timeStamp };
      if (shortcut !== null && take(shortcut)) event.preventDefault();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}
