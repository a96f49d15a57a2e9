/** Discounted gain of places 0, 1, 2, ...: 1 / log2(place + 2). */
const discountOf = (place: number) => 1 / Math.log2(place + 2);

/**
 * NDCG at a cutoff for those who ask a thousand times: the best places are kept by insertion, as nearly no candidate
 * gets among them. Agrees with `ndcg` over `targetRanks`: of equal scores the earlier candidate stands first.
 */
export class TopGain {
  readonly #scores: Float64Array;
  readonly #isHit: Uint8Array;
  readonly #discounts: Float64Array;
  #ideal = 0;
  /** What a score must be above to get among the best: to be asked first, as it nearly never is. */
  least = Number.NEGATIVE_INFINITY;

  constructor(private readonly cutoff: number) {
    this.#scores = new Float64Array(cutoff);
    this.#isHit = new Uint8Array(cutoff);
    this.#discounts = Float64Array.from({ length: cutoff }, (_, place) => discountOf(place));
  }

  /** Begins a list of a person with so many targets. */
  begin(targets: number): void {
    this.#scores.fill(Number.NEGATIVE_INFINITY);
    this.#isHit.fill(0);
    this.#ideal = 0;
    this.least = Number.NEGATIVE_INFINITY;
    for (let place = 0; place < Math.min(targets, this.cutoff); place++) {
      this.#ideal += this.#discounts[place] as number;
    }
  }

  add(score: number, isTarget: boolean): void {
    if (score <= this.least) return;
    let place = this.cutoff - 1;
    for (; place > 0 && (this.#scores[place - 1] as number) < score; place--) {
      this.#scores[place] = this.#scores[place - 1] as number;
      this.#isHit[place] = this.#isHit[place - 1] as number;
    }
    this.#scores[place] = score;
    this.#isHit[place] = isTarget ? 1 : 0;
    this.least = this.#scores[this.cutoff - 1] as number;
  }

  /** Of the list so far; 0 where there are no targets. */
  ndcg(): number {
    let gain = 0;
    for (let place = 0; place < this.cutoff; place++) {
      if (this.#isHit[place] === 1) gain += this.#discounts[place] as number;
    }
    return this.#ideal === 0 ? 0 : gain / this.#ideal;
  }
}
