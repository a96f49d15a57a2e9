import { expect, it } from 'vitest';
import { paceOf } from './stage-pace';

const sample = (done: number, atMs: number, stage = 'TRAIN') => ({ stage, done, total: 100, atMs });

it('says steps a second and the time that is left of the stage', () => {
  expect(paceOf(sample(10, 0), sample(30, 4_000))).toEqual({ rate: 5, etaSeconds: 14 });
});

it.each([
  ['too little time has passed', sample(10, 0), sample(30, 900)],
  ['nothing moved', sample(10, 0), sample(10, 9_000)],
  ['another stage has begun', sample(10, 0, 'CLEAN'), sample(30, 9_000)],
  ['the length is not known', sample(10, 0), { ...sample(30, 9_000), total: 0 }],
])('says nothing when %s', (_why, first, newest) => {
  expect(paceOf(first, newest)).toBeNull();
});
