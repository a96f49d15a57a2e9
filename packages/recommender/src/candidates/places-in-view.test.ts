import { itemNumber } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import type { CollaborativeSource } from '../ports.js';
import { storedItem, viewOf } from '../small-catalogue.fixture.js';
import { placesInView } from './places-in-view.js';

/** Knows the items 11, 12, …; what it was asked stands in `asked`. */
function modelOf(numbers: readonly number[]) {
  const asked: number[] = [];
  const source: CollaborativeSource = {
    places: numbers.length,
    numberAt: (place) => itemNumber(numbers[place] ?? -1),
    listsOf: () => [],
    placeOf(item) {
      asked.push(item);
      return numbers.indexOf(item);
    },
    weights: () => ({ share: 0, together: 0, alike: 0, factors: 0, content: 0 }),
  };
  return { source, asked };
}

const rowOf = (view: ReturnType<typeof viewOf>, number: number) => view.rowOf(itemNumber(number)) ?? -1;

describe('the places of a model in a view', () => {
  it('are found in both directions, asked of the model once a row', () => {
    const view = viewOf([storedItem('a', 12), storedItem('b', 11), storedItem('unknown', 40)]);
    const { source, asked } = modelOf([11, 12, 13]);
    for (let time = 0; time < 2; time++) {
      const places = placesInView(source, view);
      expect([0, 1, 2].map((place) => places.rowOf(place))).toEqual([rowOf(view, 11), rowOf(view, 12), -1]);
      expect([11, 12, 40].map((number) => places.placeOf(rowOf(view, number)))).toEqual([0, 1, -1]);
    }
    expect(asked).toEqual([11, 12, 40]);
  });

  it('follow a row that is given to another item, and rows that arrive', () => {
    const gone = storedItem('gone', 11);
    const view = viewOf([gone, storedItem('stays', 12)]);
    const { source } = modelOf([11, 12, 13, 99]);
    const before = rowOf(view, 11);
    expect(placesInView(source, view).placeOf(before)).toBe(0);
    expect(placesInView(source, view).rowOf(0)).toBe(before);
    view.apply([
      { item: gone, change: 100, deleted: true },
      { item: storedItem('next', 13), change: 101, deleted: false },
    ]);
    expect(rowOf(view, 13)).toBe(before);
    expect(placesInView(source, view).placeOf(before)).toBe(2);
    expect(placesInView(source, view).rowOf(0)).toBe(-1);
    expect(placesInView(source, view).rowOf(2)).toBe(before);
    view.apply(
      Array.from({ length: 500 }, (_, at) => ({
        item: storedItem(`more ${at}`, 200 + at),
        change: 200 + at,
        deleted: false,
      })),
    );
    view.apply([{ item: storedItem('last', 99), change: 900, deleted: false }]);
    expect(placesInView(source, view).placeOf(rowOf(view, 99))).toBe(3);
  });

  it('are those of the view that is asked about, with one model for several', () => {
    const [one, other] = [viewOf([storedItem('a', 11), storedItem('b', 12)]), viewOf([storedItem('b', 12)])];
    const { source } = modelOf([11, 12]);
    for (let turn = 0; turn < 2; turn++) {
      for (const view of [one, other]) {
        const places = placesInView(source, view);
        expect(places.placeOf(rowOf(view, 12))).toBe(1);
        expect(places.rowOf(1)).toBe(rowOf(view, 12));
        expect(places.rowOf(0)).toBe(rowOf(view, 11));
      }
    }
  });
});
