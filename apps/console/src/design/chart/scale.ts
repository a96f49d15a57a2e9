/** A linear axis: where its values lie (0 to 1), and the round values to name. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  /** From the low end, 0 to 1; values beyond the ends stay at them. */
  place(value: number): number;
}

/** An axis that holds all values, its ends and ticks at 1, 2 or 5 times a power of ten; about `wanted` ticks. */
export function scaleOf(values: readonly number[], wanted = 5): Scale {
  const finite = values.filter(Number.isFinite);
  const [least, most] = finite.length === 0 ? [0, 1] : [Math.min(...finite), Math.max(...finite)];
  const spread = most - least || Math.abs(most) || 1;
  const step = roundStep(spread / wanted);
  const from = Math.floor(least / step + 1e-9);
  const to = Math.max(from + 1, Math.ceil(most / step - 1e-9));
  // multiples of the step, rounded: 3 * 0.1 is not 0.3
  const ticks = Array.from({ length: to - from + 1 }, (_, at) =>
    Number(((from + at) * step).toPrecision(12)),
  );
  const [low = 0] = ticks;
  const high = ticks.at(-1) ?? 1;
  return {
    low,
    high,
    ticks,
    place: (value) => Math.min(1, Math.max(0, (value - low) / (high - low))),
  };
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5].find((one) => one * power >= rough * 0.999) ?? 10;
  return factor * power;
}
