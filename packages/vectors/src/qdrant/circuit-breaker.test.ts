import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.js';

const make = () => {
  const clock = { nowMs: 0 };
  return { clock, breaker: new CircuitBreaker({ failuresToOpen: 3, openMs: 100, nowMs: () => clock.nowMs }) };
};
const fail = (breaker: CircuitBreaker, times: number) => {
  for (let time = 0; time < times; time++) breaker.failed();
};

describe('the circuit breaker', () => {
  it('opens after failures in a row, not after failures among successes', () => {
    const { breaker } = make();
    for (let round = 0; round < 5; round++) {
      fail(breaker, 2);
      breaker.succeeded();
    }
    expect(breaker.admit()).toBe(0);
    fail(breaker, 3);
    expect(breaker.admit()).toBe(100);
  });

  it('lets one probe through when its time is over, and no second beside it', () => {
    const { breaker, clock } = make();
    fail(breaker, 3);
    clock.nowMs = 99;
    expect(breaker.admit()).toBe(1);
    clock.nowMs = 100;
    expect(breaker.admit()).toBe(0);
    expect(breaker.admit()).toBeGreaterThan(0);
  });

  it('closes when the probe succeeds and opens again when it fails', () => {
    const { breaker, clock } = make();
    fail(breaker, 3);
    clock.nowMs = 100;
    breaker.admit();
    breaker.failed();
    expect(breaker.admit()).toBe(100);
    clock.nowMs = 200;
    expect(breaker.admit()).toBe(0);
    breaker.succeeded();
    expect([breaker.admit(), breaker.admit()]).toEqual([0, 0]);
  });
});
