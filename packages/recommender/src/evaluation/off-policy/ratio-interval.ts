import type { OffPolicyEstimate } from './logged-choice.js';

export interface Addend {
  readonly list: string;
  readonly top: number;
  readonly bottom: number;
}

/**
 * sum(top) / sum(bottom) with a 95 % normal interval by the delta method, over lists as the independent units:
 * variance = n/(n-1) sum over lists (top - mean bottom)^2 / (sum bottom)^2. With one list the interval is unbounded.
 */
export function ratioInterval(addends: readonly Addend[]): OffPolicyEstimate {
  const lists = new Map<string, { top: number; bottom: number }>();
  let [top, bottom] = [0, 0];
  for (const addend of addends) {
    const list = lists.get(addend.list) ?? { top: 0, bottom: 0 };
    list.top += addend.top;
    list.bottom += addend.bottom;
    lists.set(addend.list, list);
    top += addend.top;
    bottom += addend.bottom;
  }
  if (bottom === 0) return { mean: Number.NaN, low: -Infinity, high: Infinity };
  const mean = top / bottom;
  const n = lists.size;
  let squares = 0;
  for (const list of lists.values()) squares += (list.top - mean * list.bottom) ** 2;
  const spread = n < 2 ? Infinity : (1.96 * Math.sqrt((n / (n - 1)) * squares)) / bottom;
  return { mean, low: mean - spread, high: mean + spread };
}
