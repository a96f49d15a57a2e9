import { describe, expect, test } from 'vitest';
import { advise, type Evidence } from './decision.js';

const fine = { chiSquare: 0.1, degreesOfFreedom: 1, p: 0.7, mismatch: false, where: 'overall' };
const good: Evidence = {
  sampleRatios: [fine],
  severalArmsShare: 0,
  minimumSampleReached: true,
  primary: { estimate: 0.05, p: 0.01, alpha: 0.05, better: 'higher' },
  guardrails: [{ metric: 'latency', verdict: 'SAFE' }],
  planFinished: false,
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
    expect(advise({ ...open, planFinished: true }).advice).toBe('ROLL_BACK');
  });

  test('says nothing before the minimum sample', () => {
    const early = { ...good, minimumSampleReached: false };
    expect(advise(early)).toEqual({ advice: 'GO_ON', reasons: [{ code: 'MINIMUM_SAMPLE_NOT_REACHED' }] });
  });

  test('knows metrics for which lower is better', () => {
    const lower: Evidence = { ...good, primary: { ...good.primary, better: 'lower' } };
    expect(advise(lower).advice).toBe('ROLL_BACK');
    expect(advise({ ...lower, primary: { ...lower.primary, estimate: -0.05 } }).advice).toBe('SHIP');
  });

  test('warns of profiles in several arms above one in a hundred', () => {
    expect(codes({ ...good, severalArmsShare: 0.02 })).toContain('PROFILES_IN_SEVERAL_ARMS');
    expect(codes({ ...good, severalArmsShare: 0.005 })).not.toContain('PROFILES_IN_SEVERAL_ARMS');
  });
});
