import { expect, it } from 'vitest';
import { isSame, type RuleDraft, ruleOfConflict } from './rule-draft';

const mine: RuleDraft = {
  kind: 'boost',
  key: 'a',
  priority: 1,
  condition: { items: { matches: { field: 'tags', in: ['x'] } } },
  arguments: { weight: 0.2 },
};

it('does not take another order of fields for a change', () => {
  expect(isSame(mine, { ...mine, condition: { items: { matches: { in: ['x'], field: 'tags' } } } })).toBe(
    true,
  );
  expect(isSame(mine, { ...mine, priority: 2 })).toBe(false);
});

it('reads what a conflict tells, and nothing that is not a rule', () => {
  const current = { rule: mine, revision: 4, authors: ['member:a@x', 'member:b@x'] };
  expect(ruleOfConflict(current)).toEqual({ draft: mine, revision: 4, author: 'member:b@x' });
  expect(ruleOfConflict({ revision: 4 })).toBe(null);
  expect(ruleOfConflict(undefined)).toBe(null);
});
