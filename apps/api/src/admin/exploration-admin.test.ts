import { itemId } from '@kindling/domain';
import { beginTrials, endTrials, findItemNumbers, listAudit } from '@kindling/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi, type Tenant } from '../api.fixture.js';

const admin = { path: '/admin/graphql' };
const fields = `itemId title state cause why dayZeroRate impressions clicks clickRate { mean low high } decidedAt`;

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  await api.store(api.shop, { id: 'one' }, { id: 'two' }, { id: 'three' });
  await api.store(api.other, { id: 'foreign' });
  const number = async (tenant: Tenant, id: string) => {
    const found = (await findItemNumbers(api.pool, tenant.id, [itemId(id)])).get(itemId(id));
    if (found === undefined) throw new Error(`${id} was not stored`);
    return found;
  };
  const [one, two] = [await number(api.shop, 'one'), await number(api.shop, 'two')];
  await beginTrials(api.pool, api.shop.id, [
    { item: one, dayZeroRate: 0.1 },
    { item: two, dayZeroRate: 0.02 },
  ]);
  await beginTrials(api.pool, api.other.id, [{ item: await number(api.other, 'foreign'), dayZeroRate: 0.9 }]);
  await api.pool.query('UPDATE item_trial SET impressions = 100 WHERE catalogue_id = $1', [api.shop.id]);
  await endTrials(api.pool, api.shop.id, [
    { item: two, outcome: 'RETIRED', cause: 'SURELY_POOR', clicks: 1 },
  ]);
});
afterAll(() => api.close());

const ask = (query: string, headers: Record<string, string> = {}) =>
  api.ask(api.shop.secretKey, query, {}, { ...admin, headers });

describe('exploration for the console', () => {
  it('tells the budget of the day and how the trials of the catalogue stand', async () => {
    const { data } = await ask(
      '{ exploration { placement strategyKey day impressionsPerDay shown reserved onTrial graduated retired } }',
    );
    expect(data.exploration).toEqual({
      placement: 'home',
      strategyKey: 'cold-start',
      day: new Date().toISOString().slice(0, 10),
      impressionsPerDay: 0,
      shown: 0,
      reserved: 0,
      onTrial: 1,
      graduated: 0,
      retired: 1,
    });
    const unknown = await ask('{ exploration(placement: "cellar") { day } }');
    expect(unknown.errors[0]?.extensions['code']).toBe('NOT_FOUND');
  });

  it('lists trials page by page with what is expected, what came, and why they ended, in two languages', async () => {
    const page = async (after: string | null) =>
      (
        await ask(
          `{ itemTrials(first: 1${after === null ? '' : `, after: "${after}"`}) {
             nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`,
        )
      ).data.itemTrials;
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);
    expect(first.pageInfo.hasNextPage).toBe(true);
    expect(second.pageInfo.hasNextPage).toBe(false);
    expect(first.nodes[0]).toMatchObject({
      itemId: 'two',
      state: 'RETIRED',
      cause: 'SURELY_POOR',
      why: 'Its click rate is surely below the mark of the strategy',
      impressions: 100,
      clicks: 1,
    });
    const [one] = second.nodes;
    expect(one).toMatchObject({ itemId: 'one', state: 'ON_TRIAL', cause: null, dayZeroRate: 0.1, clicks: 0 });
    // (30 x 0.1 + 0) / (30 + 100)
    expect(one.clickRate.mean).toBeCloseTo(3 / 130, 9);
    expect(one.clickRate.low).toBeLessThan(one.clickRate.mean);
    expect(one.clickRate.high).toBeGreaterThan(one.clickRate.mean);
    const chinese = await ask('{ itemTrials(state: RETIRED) { nodes { why } } }', {
      'accept-language': 'zh-CN',
    });
    expect(chinese.data.itemTrials.nodes).toEqual([{ why: '点击率肯定低于策略的标准' }]);
    const broken = await ask('{ itemTrials(after: "nonsense") { nodes { itemId } } }');
    expect(broken.errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'after' });
  });

  it('holds what was expected on day 0 against what came', async () => {
    const { data } = await ask(
      `{ dayZeroCalibration { items impressions calibrationError brierScore
           bins { items impressions expected observed low high } } }`,
    );
    const { bins, ...whole } = data.dayZeroCalibration;
    expect(whole.items).toBe(2);
    expect(whole.impressions).toBe(200);
    // |0.02 - 0.01| and |0.1 - 0|, each of a hundred impressions
    expect(whole.calibrationError).toBeCloseTo((0.01 + 0.1) / 2, 9);
    expect(whole.brierScore).toBeCloseTo((0.98 ** 2 + 99 * 0.02 ** 2 + 100 * 0.1 ** 2) / 200, 9);
    expect(bins.map(({ expected }: { expected: number }) => expected)).toEqual([0.02, 0.1]);
  });

  it('lets a person end a trial, with a reason that is shown and audited, and put the item back', async () => {
    const decide = async (state: string, reason: string, id = 'one') =>
      ask(`mutation { decideTrial(itemId: "${id}", state: ${state}, reason: "${reason}") { ${fields} } }`);
    const retired = await decide('RETIRED', 'the cover is wrong');
    expect(retired.data.decideTrial).toMatchObject({ state: 'RETIRED', cause: 'PERSON', impressions: 100 });
    expect(retired.data.decideTrial.why).toMatch(/^Decided by key:sk_\S+: the cover is wrong$/);
    const back = await decide('ON_TRIAL', 'it was replaced');
    expect(back.data.decideTrial).toMatchObject({ state: 'ON_TRIAL', cause: null });
    const late = await ask(
      'mutation { decideTrial(itemId: "one", state: GRADUATED, reason: "x", expectedState: RETIRED) { state } }',
    );
    expect(late.errors[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      field: 'expectedState',
      current: { itemId: 'one', outcome: null },
    });
    const entries = await listAudit(api.pool, api.shop.id, 2, null);
    expect(entries.map(({ action, target, detail }) => [action, target, detail['reason']])).toEqual([
      ['trial.decide', 'one', 'it was replaced'],
      ['trial.decide', 'one', 'the cover is wrong'],
    ]);
    for (const [id, reason, code] of [
      ['foreign', 'x', 'NOT_FOUND'],
      ['three', 'x', 'NOT_FOUND'],
      ['one', ' ', 'BAD_INPUT'],
    ] as const) {
      const field = code === 'NOT_FOUND' ? 'itemId' : 'reason';
      expect((await decide('RETIRED', reason, id)).errors[0]?.extensions).toMatchObject({ code, field });
    }
  });
});
