import tQuantile from '@stdlib/stats-base-dists-t-quantile';

interface Arm {
  readonly n: number;
  readonly variance: number;
}

/** The t beyond which two arms differ at alpha, two-sided, with Welch and Satterthwaite's degrees of freedom. */
export function welchCriticalValue(a: Arm, b: Arm, alpha: number): number {
  return -tQuantile(alpha / 2, welchDegreesOfFreedom(a, b));
}

export function welchDegreesOfFreedom(a: Arm, b: Arm): number {
  const [partA, partB] = [a.variance / a.n, b.variance / b.n];
  return (partA + partB) ** 2 / (partA ** 2 / (a.n - 1) + partB ** 2 / (b.n - 1));
}
