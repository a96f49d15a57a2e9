'use client';
import { createContext, useContext } from 'react';

/** What every field of a form can see: which texts stand at which path, and what may be picked. */
export interface FormScope {
  /** By path with dots, from the root of the form. */
  readonly errors: ReadonlyMap<string, string>;
  readonly placements: readonly { readonly value: string; readonly label: string }[];
  readonly segments: readonly { readonly value: string; readonly label: string }[];
}

export const FormScopeContext = createContext<FormScope>({ errors: new Map(), placements: [], segments: [] });

/** What is wrong at a field, or somewhere inside of it when it is drawn as one; null when nothing is. */
export function useFieldError(path: string): string | null {
  const { errors } = useContext(FormScopeContext);
  const inside = [...errors].find(([at]) => at === path || at.startsWith(`${path}.`));
  return inside?.[1] ?? null;
}
