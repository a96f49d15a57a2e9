import padjust from '@stdlib/stats-padjust';

/**
 * Holm (1979): the chance of one false alarm or more among all arms against the control stays at alpha, whatever the
 * dependence. Takes and returns p-values in the same order; compare them with alpha.
 */
export const holm = (p: readonly number[]): number[] => (p.length === 0 ? [] : padjust([...p], 'holm'));

/**
 * Benjamini and Hochberg (1995), for the many secondary metrics: of those called significant, a share of alpha is
 * expected to be false.
 */
export const benjaminiHochberg = (p: readonly number[]): number[] =>
  p.length === 0 ? [] : padjust([...p], 'bh');
