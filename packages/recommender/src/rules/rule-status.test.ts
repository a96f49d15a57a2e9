import { describe, expect, it } from 'vitest';
import { ruleSchema } from './rule.js';
import { allowedActions, changeStatus, draftRule, type RuleAction, ruleStatuses } from './rule-status.js';

const at = new Date('2026-11-24T12:00:00Z');
const rule = ruleSchema.parse({ key: 'summer', kind: 'boost', arguments: {} });
const draft = draftRule(rule, 'ada', at);

describe('the life of a rule', () => {
  it('leads from draft over a review by someone else to published, and back by a new version', () => {
    const steps: [RuleAction, string][] = [
      ['submit', 'ada'],
      ['publish', 'bob'],
      ['archive', 'bob'],
      ['revise', 'eve'],
    ];
    let version = draft;
    for (const [action, by] of steps) {
      const result = changeStatus(version, action, { by, at, latest: 4 });
      if (!result.ok) throw new Error(result.message);
      version = result.version;
    }
    expect(version).toEqual({ ...draft, author: 'eve', version: 5 });
  });

  it('refuses every step that is not allowed, and says which are', () => {
    const actions = [...new Set(ruleStatuses.flatMap(allowedActions))];
    for (const status of ruleStatuses) {
      for (const action of actions) {
        const result = changeStatus({ ...draft, status }, action, { by: 'bob', at });
        expect(result.ok).toBe(allowedActions(status).includes(action));
      }
    }
    const refused = changeStatus(draft, 'publish', { by: 'bob', at });
    expect(refused).toMatchObject({
      code: 'NOT_ALLOWED',
      message: expect.stringContaining('submit, archive'),
    });
  });

  it('does not let authors publish what they wrote', () => {
    const result = changeStatus({ ...draft, status: 'IN_REVIEW' }, 'publish', { by: 'ada', at });
    expect(result).toMatchObject({ ok: false, code: 'OWN_REVIEW' });
  });
});
