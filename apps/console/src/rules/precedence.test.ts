import fc from 'fast-check';
import { expect, it } from 'vitest';
import { byPrecedence, moveTo, priorityLimit, type Ranked } from './precedence';

const rules = fc
  .uniqueArray(
    fc.record({
      key: fc.stringMatching(/^[a-c]{1,3}$/),
      priority: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom(-priorityLimit, priorityLimit)),
    }),
    { selector: ({ key }) => key, minLength: 1, maxLength: 12 },
  )
  .map((list) => list.toSorted(byPrecedence));

const saved = (old: readonly Ranked[], changes: readonly Ranked[]) =>
  old.map((rule) => changes.find(({ key }) => key === rule.key) ?? rule).toSorted(byPrecedence);

it('puts a rule where it is wanted, and leaves the others in their order', () => {
  fc.assert(
    fc.property(rules, fc.nat(), fc.nat(), (list, who, where) => {
      const moved = list[who % list.length];
      if (moved === undefined) return;
      const position = (where % list.length) + 1;
      const keys = saved(list, moveTo(list, moved.key, position)).map(({ key }) => key);
      const others = list.filter((rule) => rule !== moved).map(({ key }) => key);
      expect(keys).toEqual(others.toSpliced(position - 1, 0, moved.key));
    }),
  );
});

it('never leaves the range of priorities', () => {
  fc.assert(
    fc.property(rules, fc.nat(), fc.nat(), (list, who, where) => {
      const key = list[who % list.length]?.key ?? '';
      for (const { priority } of moveTo(list, key, (where % list.length) + 1)) {
        expect(Math.abs(priority)).toBeLessThanOrEqual(priorityLimit);
      }
    }),
  );
});

it('changes the moved rule alone where there is room', () => {
  const list = [
    { key: 'a', priority: 9 },
    { key: 'b', priority: 5 },
    { key: 'c', priority: 1 },
  ];
  expect(moveTo(list, 'c', 2)).toEqual([{ key: 'c', priority: 6 }]);
  expect(moveTo(list, 'c', 3)).toEqual([]);
});
