import { type CatalogueId, KindlingError } from '@kindling/domain';
import { ruleSchema } from '@kindling/recommender';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrokenAudit, listAudit } from './audit-store.js';
import { saveMerchandisingPolicy } from './catalogue-store.js';
import {
  changeRuleStatus,
  listRuleHistory,
  listRules,
  type RuleEdit,
  readLiveRules,
  readRulesSignature,
  rollBackRule,
  saveRule,
} from './rule-store.js';
import { addCatalogue, openStores, type StoreFixture } from './store.fixture.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

const boost = (key: string, weight = 0.2) =>
  ruleSchema.parse({ key, kind: 'boost', arguments: { weight }, condition: { placements: ['home'] } });
let minute = 0;
const edit = (actor: string, expectedRevision: number | null = null, note?: string): RuleEdit => ({
  actor,
  at: new Date(Date.UTC(2026, 10, 24, 12, minute++)),
  expectedRevision,
  ...(note !== undefined && { note }),
});
const problem = (work: Promise<unknown>) =>
  work.then(
    () => {
      throw new Error('it was not refused');
    },
    (error: unknown) => error as KindlingError,
  );
const live = async (catalogue: CatalogueId, at: Date | null = null) =>
  (await readLiveRules(stores.pool, catalogue, at)).rules.map(({ key, arguments: given }) => [
    key,
    (given as { weight: number }).weight,
  ]);

async function publish(catalogue: CatalogueId, key: string) {
  await changeRuleStatus(stores.pool, catalogue, key, 'submit', edit('ada'));
  return changeRuleStatus(stores.pool, catalogue, key, 'publish', edit('bob'));
}

describe('stored rules', () => {
  it('act from publication until they are replaced or archived, and a draft beside them does not', async () => {
    const shop = await addCatalogue(stores.pool, 'life');
    await saveRule(stores.pool, shop, boost('summer'), edit('ada', 0));
    expect(await live(shop)).toEqual([]);
    const first = await publish(shop, 'summer');
    await saveRule(stores.pool, shop, boost('summer', 1), edit('ada', first.revision));
    expect(await live(shop)).toEqual([['summer', 0.2]]);
    const second = await publish(shop, 'summer');
    expect(await live(shop)).toEqual([['summer', 1]]);
    const back = await rollBackRule(stores.pool, shop, 'summer', first.revision, edit('ada'));
    expect(await live(shop)).toEqual([['summer', 0.2]]);
    await changeRuleStatus(stores.pool, shop, 'summer', 'archive', edit('ada'));
    expect(await live(shop)).toEqual([]);
    expect(await live(shop, first.changedAt)).toEqual([['summer', 0.2]]);
    expect(await live(shop, second.changedAt)).toEqual([['summer', 1]]);
    expect(await live(shop, back.changedAt)).toEqual([['summer', 0.2]]);
    expect(await live(shop, new Date(first.changedAt.getTime() - 1))).toEqual([]);
  });

  it('show a stale editor what the other one made of it, and lose nothing', async () => {
    const shop = await addCatalogue(stores.pool, 'stale');
    await saveRule(stores.pool, shop, boost('r'), edit('ada', 0));
    await saveRule(stores.pool, shop, boost('r', 0.7), edit('bob', 1));
    const refused = await problem(saveRule(stores.pool, shop, boost('r', 0.9), edit('ada', 1)));
    expect(refused.code).toBe('CONFLICT');
    expect(refused.details.current).toMatchObject({ revision: 2, rule: { arguments: { weight: 0.7 } } });
    expect((await problem(saveRule(stores.pool, shop, boost('r'), edit('ada', 0)))).code).toBe('CONFLICT');
    expect((await problem(saveRule(stores.pool, shop, boost('new'), edit('ada', 3)))).code).toBe('NOT_FOUND');
  });

  it('let one of several editors win who saw the same revision', async () => {
    const shop = await addCatalogue(stores.pool, 'race');
    await saveRule(stores.pool, shop, boost('r'), edit('ada', 0));
    const saves = await Promise.allSettled(
      [1, 2, 3, 4].map((n) => saveRule(stores.pool, shop, boost('r', n / 10), edit(`editor-${n}`, 1))),
    );
    expect(saves.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await listRuleHistory(stores.pool, shop, 'r', { first: 9, before: null })).length).toBe(2);
  });

  it('need another reviewer where the catalogue says so', async () => {
    const shop = await addCatalogue(stores.pool, 'reviewed');
    await saveMerchandisingPolicy(
      stores.pool,
      shop,
      { reviewByAnother: true },
      { expectedVersion: 0, actor: 'root' },
    );
    await saveRule(stores.pool, shop, boost('r'), edit('ada', 0));
    await changeRuleStatus(stores.pool, shop, 'r', 'submit', edit('ada'));
    const own = await problem(changeRuleStatus(stores.pool, shop, 'r', 'publish', edit('ada')));
    expect(own.code).toBe('FORBIDDEN');
    expect((await changeRuleStatus(stores.pool, shop, 'r', 'publish', edit('bob'))).reviewer).toBe('bob');
  });

  it('cannot be rolled back to what was never published, nor published without a review', async () => {
    const shop = await addCatalogue(stores.pool, 'never');
    await saveRule(stores.pool, shop, boost('r'), edit('ada', 0));
    expect((await problem(rollBackRule(stores.pool, shop, 'r', 1, edit('ada')))).code).toBe('NOT_FOUND');
    const early = await problem(changeRuleStatus(stores.pool, shop, 'r', 'publish', edit('bob')));
    expect([early.code, early.message]).toEqual(['CONFLICT', expect.stringContaining('submit, archive')]);
  });

  it('are listed by key in pages, their history newest first, and every change is in the audit log', async () => {
    const shop = await addCatalogue(stores.pool, 'listed');
    for (const key of ['c', 'a', 'b']) await saveRule(stores.pool, shop, boost(key), edit('ada', 0));
    await changeRuleStatus(stores.pool, shop, 'b', 'submit', edit('ada'));
    await changeRuleStatus(stores.pool, shop, 'b', 'reject', edit('bob', null, 'too loud'));
    const keys = async (after: string | null, status: 'DRAFT' | 'IN_REVIEW' | null = null) =>
      (await listRules(stores.pool, shop, { status, first: 2, after })).map(({ rule }) => rule.key);
    expect([await keys(null), await keys('b'), await keys(null, 'IN_REVIEW')]).toEqual([
      ['a', 'b'],
      ['c'],
      [],
    ]);
    const history = await listRuleHistory(stores.pool, shop, 'b', { first: 2, before: null });
    expect(history.map(({ action, note }) => [action, note])).toEqual([
      ['reject', 'too loud'],
      ['submit', null],
    ]);
    const audit = await listAudit(stores.pool, shop, 10, null);
    expect(audit.map(({ action }) => action)).toEqual([
      'rule.reject',
      'rule.submit',
      'rule.save',
      'rule.save',
      'rule.save',
    ]);
    expect(await findBrokenAudit(stores.pool, shop)).toBeNull();
  });

  it('change their signature when what acts changes', async () => {
    const shop = await addCatalogue(stores.pool, 'signed');
    const seen = [await readRulesSignature(stores.pool, shop)];
    await saveRule(stores.pool, shop, boost('r'), edit('ada', 0));
    await publish(shop, 'r');
    seen.push(await readRulesSignature(stores.pool, shop));
    await changeRuleStatus(stores.pool, shop, 'r', 'archive', edit('ada'));
    seen.push(await readRulesSignature(stores.pool, shop));
    expect(new Set(seen).size).toBe(3);
  });

  it('of one catalogue are not those of another', async () => {
    const other = await addCatalogue(stores.pool, 'elsewhere');
    const refused = await problem(changeRuleStatus(stores.pool, other, 'summer', 'archive', edit('ada')));
    expect(refused).toBeInstanceOf(KindlingError);
    expect(refused.code).toBe('NOT_FOUND');
    expect(await listRules(stores.pool, other, { status: null, first: 10, after: null })).toEqual([]);
  });
});
