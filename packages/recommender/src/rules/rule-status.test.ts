import { describe, expect, it } from 'vitest';
import { ruleSchema } from './rule.js';
import {
  allowedActions,
  changeRule,
  draftRule,
  type RuleChange,
  type RuleVersion,
  ruleActions,
  ruleStatuses,
} from './rule-status.js';

const at = new Date('2026-11-24T12:00:00Z');
const rule = ruleSchema.parse({ key: 'summer', kind: 'boost', arguments: {} });
const louder = ruleSchema.parse({ key: 'summer', kind: 'boost', arguments: { weight: 1 } });
const draft = draftRule(rule, 'ada', at);

function after(steps: readonly (readonly [RuleChange, string])[], from: RuleVersion = draft): RuleVersion {
  return steps.reduce((version, [change, by]) => {
    const result = changeRule(version, change, { by, at, reviewByAnother: true });
    if (!result.ok) throw new Error(result.message);
    return result.version;
  }, from);
}
const published = after([
  [{ action: 'submit' }, 'ada'],
  [{ action: 'publish' }, 'bob'],
]);

describe('the life of a rule', () => {
  it('leads from draft over a review by someone else to published', () => {
    expect(published).toEqual({
      ...draft,
      status: 'PUBLISHED',
      revision: 3,
      reviewer: 'bob',
      liveRevision: 3,
    });
  });

  it('leaves what is published in force while the next draft is written, until that one is published', () => {
    const edited = after([[{ action: 'save', rule: louder }, 'eve']], published);
    expect(edited).toMatchObject({ status: 'DRAFT', authors: ['eve'], reviewer: null, liveRevision: 3 });
    const replaced = after(
      [
        [{ action: 'submit' }, 'eve'],
        [{ action: 'publish' }, 'bob'],
      ],
      edited,
    );
    expect(replaced).toMatchObject({ rule: louder, liveRevision: 6 });
    expect(after([[{ action: 'rollBack', rule }, 'eve']], replaced)).toMatchObject({
      rule,
      status: 'PUBLISHED',
      liveRevision: 7,
    });
    expect(after([[{ action: 'archive' }, 'eve']], replaced).liveRevision).toBeNull();
  });

  it('refuses every step that is not allowed, and says which are', () => {
    for (const status of ruleStatuses) {
      for (const action of ruleActions) {
        const change = action === 'save' || action === 'rollBack' ? { action, rule } : { action };
        const result = changeRule({ ...draft, status }, change, { by: 'bob', at, reviewByAnother: true });
        expect([status, action, result.ok]).toEqual([
          status,
          action,
          allowedActions(status).includes(action),
        ]);
      }
    }
    const refused = changeRule(draft, { action: 'publish' }, { by: 'bob', at, reviewByAnother: true });
    expect(refused).toMatchObject({
      code: 'NOT_ALLOWED',
      message: expect.stringContaining('submit, archive'),
    });
  });

  it('lets nobody publish what they wrote in, however little, where another has to review', () => {
    const touched = after([
      [{ action: 'save', rule: louder }, 'bob'],
      [{ action: 'submit' }, 'bob'],
    ]);
    for (const by of ['ada', 'bob']) {
      expect(changeRule(touched, { action: 'publish' }, { by, at, reviewByAnother: true })).toMatchObject({
        ok: false,
        code: 'OWN_REVIEW',
      });
      expect(changeRule(touched, { action: 'publish' }, { by, at, reviewByAnother: false }).ok).toBe(true);
    }
  });
});
