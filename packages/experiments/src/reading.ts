/** Which departure from the null a test looks for: `greater` says that b is better than the null value. */
export type Alternative = 'two-sided' | 'greater' | 'less';

/** What a test says about an effect. A bound that a one-sided test leaves open is null. */
export interface Reading {
  readonly estimate: number;
  readonly standardError: number;
  readonly interval: readonly [number | null, number | null];
  readonly p: number;
}

export interface TestOptions {
  /** Probability of a false alarm, such as 0.05. */
  readonly alpha: number;
  readonly alternative?: Alternative;
  /** Value of the effect under the null hypothesis; 0 when left out. */
  readonly nullValue?: number;
}

export function intervalOf(
  estimate: number,
  halfWidth: number,
  alternative: Alternative,
): Reading['interval'] {
  return [
    alternative === 'less' ? null : estimate - halfWidth,
    alternative === 'greater' ? null : estimate + halfWidth,
  ];
}
