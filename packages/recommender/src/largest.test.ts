import { seededRandom } from '@kindling/domain';
import { expect, it } from 'vitest';
import { kthLargest } from './largest.js';

it('agrees with a sort, also where values repeat', () => {
  const random = seededRandom('largest');
  for (let round = 0; round < 200; round++) {
    const values = Float32Array.from(
      { length: 1 + Math.floor(random() * 60) },
      () => Math.floor(random() * 20) / 4,
    );
    const k = 1 + Math.floor(random() * values.length);
    expect(kthLargest(values, k)).toBe(Float32Array.from(values).sort().at(-k));
  }
});
