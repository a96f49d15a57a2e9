/** Whether things were chosen as often as their logged probabilities say. */
export interface ChoiceCheck {
  /** sum (observed - expected)^2 / expected over items expected at least 5 times, and all others as one. */
  readonly chiSquare: number;
  readonly degrees: number;
  /** Probability of a larger value when the probabilities are right (Wilson and Hilferty 1931). */
  readonly p: number;
}

/** Pearson's chi-square of choices against the probabilities that were logged for them. */
export class ChoiceFrequencies {
  readonly #expected = new Map<number, number>();
  readonly #observed = new Map<number, number>();

  expect(item: number, probability: number): void {
    this.#expected.set(item, (this.#expected.get(item) ?? 0) + probability);
  }

  observe(item: number): void {
    this.#observed.set(item, (this.#observed.get(item) ?? 0) + 1);
  }

  check(): ChoiceCheck {
    let [chiSquare, cells] = [0, 0];
    const rare = { expected: 0, observed: 0 };
    const add = (expected: number, observed: number) => {
      chiSquare += (observed - expected) ** 2 / expected;
      cells++;
    };
    for (const item of new Set([...this.#expected.keys(), ...this.#observed.keys()])) {
      const expected = this.#expected.get(item) ?? 0;
      const observed = this.#observed.get(item) ?? 0;
      if (expected >= 5) add(expected, observed);
      else {
        rare.expected += expected;
        rare.observed += observed;
      }
    }
    if (rare.expected >= 5) add(rare.expected, rare.observed);
    const degrees = Math.max(1, cells - 1);
    return { chiSquare, degrees, p: upperTail(chiSquare, degrees) };
  }
}

function upperTail(chiSquare: number, degrees: number): number {
  const variance = 2 / (9 * degrees);
  return 1 - normalCdf((Math.cbrt(chiSquare / degrees) - (1 - variance)) / Math.sqrt(variance));
}

/** Abramowitz and Stegun 26.2.17, to 7.5e-8. */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z >= 0 ? 1 - tail : tail;
}
