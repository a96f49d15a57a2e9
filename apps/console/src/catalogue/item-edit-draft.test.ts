import { describe, expect, it } from 'vitest';
import { editOf, emptyDraft } from './item-edit-draft';

describe('the draft of an edit', () => {
  it('is an edit when all that its kind asks for is there', () => {
    expect(editOf(emptyDraft)).toEqual({ kind: 'SET_STATUS', status: 'HIDDEN' });
    expect(editOf({ ...emptyDraft, kind: 'ADD_TAGS' })).toBeNull();
    expect(editOf({ ...emptyDraft, kind: 'ADD_TAGS', values: ['sale'] })).toEqual({
      kind: 'ADD_TAGS',
      values: ['sale'],
    });
    expect(editOf({ ...emptyDraft, kind: 'REMOVE_ATTRIBUTE', name: ' ' })).toBeNull();
    expect(editOf({ ...emptyDraft, kind: 'SET_ATTRIBUTE', name: 'colour' })).toBeNull();
  });

  it.each([
    ['red', 'red'],
    ['12', 12],
    ['true', true],
    ['["S", "M"]', ['S', 'M']],
    ['"12"', '12'],
  ])('reads the value %s as what it looks like', (text, value) => {
    const draft = { ...emptyDraft, kind: 'SET_ATTRIBUTE', name: 'size', value: text } as const;
    expect(editOf(draft)).toEqual({ kind: 'SET_ATTRIBUTE', name: 'size', value });
  });
});
