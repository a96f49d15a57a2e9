import { describe, expect, test } from 'vitest';
import { advise, type Evidence } from './decision.js';

const fine = { chiSquare: 0.1, degreesOfFreedom: 1, p: 0.7, mismatch: false, where: 'overall' };
const better = { by: 'TEST', estimate: 0.05, p: 0.01, alpha: 0.05, better: 'higher' } as const;
const good: Evidence = {
  sampleRatios: [fine],
  severalArmsShare: 0,
  minimumSampleReached: true,
  primary: better,
  guardrails: [{ metric: 'latency', verdict: 'SAFE' }],
  horizon: null,
  over: null,
};
const codes = (evidence: Evidence) => advise(evidence).reasons.map(({ code }) => code);

describe('advice', () => {
  test('ships when the primary metric is better and every guardrail is shown safe', () => {
    expect(advise(good)).toEqual({ advice: 'SHIP', reasons: [{ code: 'PRIMARY_BETTER', p: 0.01 }] });
  });

  test('a sample ratio mismatch blocks everything, wherever it is, and says where', () => {
    const phone = { ...fine, p: 1e-9, mismatch: true, where: 'device=phone' };
    const broken = advise({ ...good, sampleRatios: [fine, phone] });
    expect(broken).toEqual({
      advice: 'BROKEN',
      reasons: [{ code: 'SAMPLE_RATIO_MISMATCH', where: 'device=phone', p: 1e-9 }],
    });
    expect(advise({ ...good, sampleRatios: [phone], minimumSampleReached: false }).advice).toBe('BROKEN');
  });

  test('a harmed guardrail outweighs a better primary metric', () => {
    const harmed: Evidence = { ...good, guardrails: [{ metric: 'latency', verdict: 'HARMED' }] };
    expect(advise(harmed).advice).toBe('ROLL_BACK');
    expect(codes(harmed)).toEqual(['GUARDRAIL_HARMED', 'PRIMARY_BETTER']);
  });

  test('an undecided guardrail holds a better primary metric back until the plan is over', () => {
    const open: Evidence = { ...good, guardrails: [{ metric: 'latency', verdict: 'UNDECIDED' }] };
    expect(advise(open).advice).toBe('GO_ON');
    expect(advise({ ...open, over: 'PLAN_FINISHED' }).advice).toBe('ROLL_BACK');
  });

  test('says nothing before the minimum sample', () => {
    const early = { ...good, minimumSampleReached: false };
    expect(advise(early)).toEqual({ advice: 'GO_ON', reasons: [{ code: 'MINIMUM_SAMPLE_NOT_REACHED' }] });
  });

  test('a stop before anything is decided rolls back, and says so', () => {
    const stopped = { ...good, primary: { ...better, p: 0.3 }, over: 'STOPPED' } as const;
    expect(advise(stopped)).toMatchObject({ advice: 'ROLL_BACK', reasons: [{ code: 'STOPPED' }, {}] });
    expect(advise({ ...stopped, primary: better }).advice).toBe('SHIP');
    expect(advise({ ...stopped, minimumSampleReached: false }).advice).toBe('ROLL_BACK');
  });

  test('before a fixed horizon advises nothing but to roll harm back, and says when it will be read', () => {
    const at = new Date('2026-12-09T08:30:00Z');
    const ahead: Evidence = { ...good, horizon: { at, state: 'AHEAD' } };
    const reason = { code: 'HORIZON_NOT_REACHED', date: '2026-12-09 08:30' };
    expect(advise(ahead)).toEqual({ advice: 'GO_ON', reasons: [reason] });
    const harmed: Evidence = { ...ahead, guardrails: [{ metric: 'latency', verdict: 'HARMED' }] };
    expect(advise(harmed)).toEqual({
      advice: 'ROLL_BACK',
      reasons: [{ code: 'GUARDRAIL_HARMED', metric: 'latency' }, reason],
    });
    expect(advise({ ...good, horizon: { at, state: 'REACHED' }, over: 'PLAN_FINISHED' }).advice).toBe('SHIP');
    expect(advise({ ...good, horizon: { at, state: 'MISSED' }, over: 'STOPPED' })).toMatchObject({
      advice: 'ROLL_BACK',
      reasons: [{ code: 'STOPPED' }, { code: 'STOPPED_EARLY' }],
    });
  });

  test('by expected loss takes the arm, keeps the control, or waits', () => {
    const lossOf = (taking: number, keeping: number) =>
      advise({ ...good, primary: { by: 'LOSS', taking, keeping, most: 0.0025, isBaselineKnown: true } });
    expect(lossOf(0.001, 0.04)).toMatchObject({
      advice: 'SHIP',
      reasons: [{ code: 'LOSS_OF_TAKING_SMALL' }],
    });
    expect(lossOf(0.04, 0.001).advice).toBe('ROLL_BACK');
    expect(lossOf(0.01, 0.02)).toMatchObject({ advice: 'GO_ON', reasons: [{ code: 'LOSS_UNDECIDED' }] });
    expect(lossOf(0.002, 0.001).advice).toBe('ROLL_BACK');
    const early = { by: 'LOSS', taking: 0.001, keeping: 0.04, most: 0.0025, isBaselineKnown: false } as const;
    expect(advise({ ...good, primary: early })).toEqual({
      advice: 'GO_ON',
      reasons: [{ code: 'BASELINE_NOT_KNOWN' }],
    });
  });

  test('knows metrics for which lower is better', () => {
    const lower: Evidence = { ...good, primary: { ...better, better: 'lower' } };
    expect(advise(lower).advice).toBe('ROLL_BACK');
    expect(advise({ ...lower, primary: { ...better, better: 'lower', estimate: -0.05 } }).advice).toBe(
      'SHIP',
    );
  });

  test('warns of profiles in several arms above one in a hundred', () => {
    expect(codes({ ...good, severalArmsShare: 0.02 })).toContain('PROFILES_IN_SEVERAL_ARMS');
    expect(codes({ ...good, severalArmsShare: 0.005 })).not.toContain('PROFILES_IN_SEVERAL_ARMS');
  });
});
