import { expect, test } from 'vitest';
import { analysisArm, isExposure } from './exposure.js';

const seen = (variant: string, day: number, originalUnit = 'p1') => ({
  variant,
  at: new Date(Date.UTC(2026, 0, day)),
  originalUnit,
});

test('counts only who was assigned by chance and could have been served something else', () => {
  expect(isExposure({ in: true, variant: 'a', forced: false }, true)).toBe(true);
  expect(isExposure({ in: true, variant: 'a', forced: false }, false)).toBe(false);
  expect(isExposure({ in: true, variant: 'a', forced: true }, true)).toBe(false);
  expect(isExposure({ in: false, reason: 'HOLDOUT' }, true)).toBe(false);
});

test('after a merge the first exposure wins, and the merge across arms is told', () => {
  expect(analysisArm([seen('b', 3, 'known'), seen('a', 2, 'anonymous')])).toEqual({
    kind: 'arm',
    variant: 'a',
    since: new Date(Date.UTC(2026, 0, 2)),
    mergedAcrossArms: true,
  });
  expect(analysisArm([seen('b', 3), seen('b', 2)])).toMatchObject({ variant: 'b', mergedAcrossArms: false });
});

test('a unit that saw two arms without a merge is dropped', () => {
  expect(analysisArm([seen('a', 1), seen('b', 2)])).toEqual({ kind: 'dropped', reason: 'SEVERAL_ARMS' });
  expect(analysisArm([])).toEqual({ kind: 'unexposed' });
});
