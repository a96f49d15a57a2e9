import { seededRandom } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { BudgetInMemory } from './budget-in-memory.js';
import { BudgetLease, pacedLimit } from './budget-lease.js';

const noon = Date.parse('2026-11-24T12:00:00Z');
const dayMs = 86_400_000;

describe('the leased budget', () => {
  it('is never exceeded by several processes, and used up to the impression when there is demand', async () => {
    const source = new BudgetInMemory();
    const leases = [1, 2, 3].map(() => new BudgetLease(source));
    const random = seededRandom(7);
    let spent = 0;
    for (let minute = 0; minute < 24 * 60; minute++) {
      const atMs = noon - dayMs / 2 + minute * 60_000;
      for (const lease of leases) {
        const wanted = 1 + Math.floor(random() * 3);
        const request = { placement: 'home', atMs, impressionsPerDay: 777 };
        const impressions = Math.min(wanted, lease.available(request));
        lease.spend(request, impressions);
        spent += impressions;
        if (random() < 0.1) await lease.settled();
        if (random() < 0.01) await lease.expire(atMs + 60_000);
      }
      if (spent > pacedLimit(777, atMs)) throw new Error(`${spent} were spent by minute ${minute}`);
    }
    for (let round = 0; round < 500; round++) {
      const request = {
        placement: 'home',
        atMs: noon + dayMs / 2 - 60_000 + round * 100,
        impressionsPerDay: 777,
      };
      for (const lease of leases) {
        const impressions = lease.available(request);
        lease.spend(request, impressions);
        spent += impressions;
        await lease.settled();
      }
    }
    expect(spent).toBe(777);
  });

  it('gives back what it does not spend, so that another process can', async () => {
    const source = new BudgetInMemory();
    const lease = new BudgetLease(source);
    const request = { placement: 'home', atMs: noon, impressionsPerDay: 100 };
    lease.available(request);
    await lease.settled();
    lease.spend(request, 1);
    await lease.expire(noon + 59_000);
    expect(lease.available(request)).toBeGreaterThan(0);
    await lease.close();
    expect(source.granted.get('home 2026-11-24')).toBe(1);
    expect(() => lease.spend(request, 1)).toThrow(/0 at hand/);
  });

  it('begins a day with nothing of the day before, and a grant that comes late belongs to its own day', async () => {
    const source = new BudgetInMemory();
    const lease = new BudgetLease(source);
    const late = Date.parse('2026-11-24T23:59:59.999Z');
    const request = { placement: 'home', impressionsPerDay: 100 };
    lease.available({ ...request, atMs: late });
    expect(lease.available({ ...request, atMs: late + 1 })).toBe(0);
    await lease.settled();
    expect(lease.available({ ...request, atMs: late + 1 })).toBe(4);
  });

  it('spends nothing while the source is down, and asks again later', async () => {
    const source = new BudgetInMemory();
    let isDown = true;
    const lease = new BudgetLease({
      giveBack: (grant) => source.giveBack(grant),
      reserve: async (request) => (isDown ? Promise.reject(new Error('down')) : source.reserve(request)),
    });
    const request = { placement: 'home', impressionsPerDay: 100 };
    expect(lease.available({ ...request, atMs: noon })).toBe(0);
    await lease.settled();
    isDown = false;
    expect(lease.available({ ...request, atMs: noon + 1 })).toBe(0);
    await lease.settled();
    expect(lease.available({ ...request, atMs: noon + 1 })).toBe(0);
    lease.available({ ...request, atMs: noon + 5_000 });
    await lease.settled();
    expect(lease.available({ ...request, atMs: noon + 5_000 })).toBe(4);
  });
});
