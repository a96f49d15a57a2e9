import { describe, expect, it } from 'vitest';
import { isSelected, nothingSelected, selectionInput, toggled, withRange } from './item-selection';

const loaded = ['a', 'b', 'c', 'd', 'e'];
const filters = { q: ' war ', status: 'HIDDEN', encoding: null, sort: 'TITLE' } as const;

describe('a selection of rows', () => {
  it('takes rows in and out', () => {
    const one = toggled(nothingSelected, 'b', loaded);
    expect(isSelected(one, 'b')).toBe(true);
    expect(toggled(one, 'b', loaded)).toEqual(nothingSelected);
  });

  it('grows by a range from either end', () => {
    const down = withRange(toggled(nothingSelected, 'a', loaded), loaded, 1, 3);
    expect(selectionInput(down, filters)).toEqual({ ids: ['a', 'b', 'c', 'd'] });
    expect(withRange(nothingSelected, loaded, 3, 1)).toEqual(withRange(nothingSelected, loaded, 1, 3));
  });

  it('of all is sent as the filters, not as the rows that happen to be loaded', () => {
    expect(selectionInput({ all: true }, filters)).toEqual({ filter: { query: 'war', status: 'HIDDEN' } });
  });

  it('of all without one row is the loaded others', () => {
    expect(selectionInput(toggled({ all: true }, 'b', loaded), filters)).toEqual({
      ids: ['a', 'c', 'd', 'e'],
    });
  });
});
