import type { MarkShape } from '@/design/chart/interval-mark';

interface Kind {
  readonly isDefault: boolean;
  readonly isBaseline: boolean;
}

/** How each kind of method is drawn: what is served, the same without a model, and what one could use instead. */
export const marks = [
  { kind: 'default', shape: 'disc' },
  { kind: 'untrained', shape: 'ring' },
  { kind: 'baseline', shape: 'diamond' },
] as const;

export function markOf({ isDefault, isBaseline }: Kind): MarkShape {
  if (isDefault) return 'disc';
  return isBaseline ? 'diamond' : 'ring';
}
