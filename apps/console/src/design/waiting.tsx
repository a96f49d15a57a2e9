'use client';
import type { ReactNode } from 'react';
import { SlowNote } from './slow-note';

/** A skeleton of the final size, which owns up to it when the answer takes long. */
export function Waiting({ children }: { readonly children: ReactNode }) {
  return (
    <div aria-busy="true" style={{ position: 'relative' }}>
      {children}
      <SlowNote waiting />
    </div>
  );
}
