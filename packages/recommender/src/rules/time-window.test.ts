import { describe, expect, it } from 'vitest';
import { compileRules } from './compile-rules.js';
import { ruleSchema } from './rule.js';
import { compileWindow, type TimeWindow } from './time-window.js';

const isOpen = (window: TimeWindow, at: string) => compileWindow(window).isOpen(Date.parse(at));

describe('a time window', () => {
  it('is read in its own zone, in summer and in winter', () => {
    const window = { timeZone: 'Europe/Berlin', from: '2026-07-01T09:00', until: '2026-12-01T09:00' };
    expect(isOpen(window, '2026-07-01T06:59:59Z')).toBe(false);
    expect(isOpen(window, '2026-07-01T07:00:00Z')).toBe(true);
    expect(isOpen(window, '2026-12-01T07:59:59Z')).toBe(true);
    expect(isOpen(window, '2026-12-01T08:00:00Z')).toBe(false);
  });

  it('takes the first of a time that comes twice, and moves one that is skipped', () => {
    const twice = { timeZone: 'Europe/Berlin', from: '2026-10-25T02:30' };
    expect(isOpen(twice, '2026-10-25T00:29:00Z')).toBe(false);
    expect(isOpen(twice, '2026-10-25T00:30:00Z')).toBe(true);
    const skipped = { timeZone: 'Europe/Berlin', from: '2026-03-29T02:30' };
    expect(isOpen(skipped, '2026-03-29T01:29:00Z')).toBe(false);
    expect(isOpen(skipped, '2026-03-29T01:30:00Z')).toBe(true);
  });

  it('counts hours after midnight to the evening on which they began', () => {
    const friday: TimeWindow = {
      timeZone: 'Asia/Shanghai',
      weekdays: ['FRI'],
      hours: { from: '22:00', until: '02:00' },
    };
    expect(isOpen(friday, '2026-11-27T13:59:00Z')).toBe(false);
    expect(isOpen(friday, '2026-11-27T14:00:00Z')).toBe(true);
    expect(isOpen(friday, '2026-11-27T17:59:00Z')).toBe(true);
    expect(isOpen(friday, '2026-11-27T18:00:00Z')).toBe(false);
    expect(isOpen(friday, '2026-11-26T17:00:00Z')).toBe(false);
  });

  it('opens a rule in the minute it says, though the list is kept for a minute', () => {
    const rule = ruleSchema.parse({
      key: 'b',
      kind: 'boost',
      condition: { placements: ['home'], window: { timeZone: 'UTC', from: '2026-11-24T12:00' } },
      arguments: {},
    });
    const rules = compileRules([rule]);
    const at = (time: string) => rules.activeAt('home', Date.parse(time)).length;
    expect([at('2026-11-24T11:59:59.999Z'), at('2026-11-24T12:00:00Z'), at('2026-11-24T11:59:00Z')]).toEqual([
      0, 1, 0,
    ]);
    expect(rules.activeAt(null, Date.parse('2026-11-24T12:00:00Z'))).toEqual([]);
  });
});
