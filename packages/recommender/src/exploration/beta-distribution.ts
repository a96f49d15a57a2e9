/**
 * The Beta distribution, as far as exploration needs it: what is believed of a rate in [0, 1] after `a - prior`
 * successes and `b - prior` failures. Parameters are > 0.
 */
export interface Beta {
  readonly a: number;
  readonly b: number;
}

/** P(X <= x): the regularised incomplete beta function, by Lentz' continued fraction (DLMF 8.17.22). */
export function betaCdf({ a, b }: Beta, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges fast on one side of the mean; the other side is its mirror image.
  return x < (a + 1) / (a + b + 2)
    ? (front * continuedFraction(a, b, x)) / a
    : 1 - (front * continuedFraction(b, a, 1 - x)) / b;
}

/** The x with P(X <= x) = share, to 1e-9, by bisection: it is asked a few hundred times a minute at most. */
export function betaQuantile(beta: Beta, share: number): number {
  let [low, high] = [0, 1];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (betaCdf(beta, middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function continuedFraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 300; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-13) break;
  }
  return result;
}

/** ln of the gamma function of z > 0: Stirling's series (DLMF 5.11.1) after shifting z above 10. */
function logGamma(z: number): number {
  let shift = 0;
  let x = z;
  while (x < 10) shift -= Math.log(x++);
  const inverse = 1 / (x * x);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / x;
  return shift + (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series;
}
