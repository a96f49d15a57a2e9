export type Lead = 'ahead' | 'behind' | 'open';

const level = 0.05;

/** What a comparison says of the default: ahead or behind where chance is ruled out after Holm's correction. */
export function leadOf(comparison: {
  readonly difference: { readonly mean: number };
  readonly p: number;
}): Lead {
  if (comparison.p >= level) return 'open';
  return comparison.difference.mean > 0 ? 'ahead' : 'behind';
}
