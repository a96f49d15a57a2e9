import { describe, expect, it } from 'vitest';
import { Failure } from '@/graphql/failure';
import { movedLink, placementErrors, placementOfConflict } from './placement-draft';

const draft = {
  key: 'home',
  name: 'Home',
  kind: 'PERSONAL',
  strategyKey: 'cold-start',
  size: 10,
  fallback: ['a', 'b', 'c'],
};

describe('a placement', () => {
  it('tells what is missing or out of range before it is sent', () => {
    expect(placementErrors(draft, null).size).toBe(0);
    const wrong = { ...draft, name: ' ', key: 'Home page', size: 0.5, strategyKey: '' };
    expect([...placementErrors(wrong, null).keys()].sort()).toEqual(['key', 'name', 'size', 'strategyKey']);
  });

  it('shows a strategy that is gone at the chain that names it', () => {
    const gone = new Failure('NOT_FOUND', 'There is no strategy "b"', { field: 'fallback.1' });
    expect(placementErrors(draft, gone).get('fallback')?.text).toBe('There is no strategy "b"');
  });

  it('is read from a conflict, and nothing that does not look like one', () => {
    expect(placementOfConflict({ ...draft, version: 3, updatedAt: 'x' })).toEqual({ version: 3, draft });
    expect(placementOfConflict({ version: 3 })).toBeNull();
  });
});

describe('a chain', () => {
  it.each([
    [0, 2, ['b', 'c', 'a']],
    [2, 0, ['c', 'a', 'b']],
    [1, 1, ['a', 'b', 'c']],
    [7, 0, ['a', 'b', 'c']],
  ])('with the link at %i moved to %i', (from, to, moved) => {
    expect(movedLink(draft.fallback, from, to)).toEqual(moved);
  });
});
