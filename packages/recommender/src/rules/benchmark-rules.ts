import { catalogueId, defaultEventWeights, profileId, type Random, seededRandom } from '@kindling/domain';
import { madeUpCounts, madeUpItem, madeUpPorts } from '../benchmark.js';
import { createItemView } from '../item-view/item-view.js';
import { recommend } from '../recommend.js';
import type { ListRequest } from '../request.js';
import { defaultStrategy } from '../strategy.js';
import { compileRules } from './compile-rules.js';
import { type Rule, type RuleInput, ruleSchema } from './rule.js';

/** What published rules add to a request of a warm profile, all of them in the placement that is asked for. */
export interface RuleBenchmarkReport {
  readonly items: number;
  readonly rules: number;
  readonly compileMs: number;
  /** Milliseconds of wall clock of a whole list (all but kernel and encoder), without and with the rules. */
  readonly without: { readonly p50Ms: number; readonly p99Ms: number };
  readonly with: { readonly p50Ms: number; readonly p99Ms: number };
  /** CPU of this process a request. */
  readonly cpuUsAdded: number;
}

export interface RuleBenchmarkSettings {
  readonly items: number;
  readonly rules: number;
  readonly requests: number;
  readonly seed: number;
  readonly now: Date;
  /** Milliseconds of wall clock, and microseconds of CPU of this process. */
  readonly stopwatch: { nowMs(): number; cpuUs(): number };
}

/** Requests with and without rules take turns, so that a busy machine slows both alike. */
export async function benchmarkRules(settings: RuleBenchmarkSettings): Promise<RuleBenchmarkReport> {
  const { items, requests, seed, stopwatch, now } = settings;
  const random = seededRandom(seed);
  const view = createItemView(catalogueId('bench'));
  for (let from = 0; from < items; from += 500) {
    const length = Math.min(500, items - from);
    view.apply(
      Array.from({ length }, (_, index) => ({
        item: madeUpItem(from + index, random),
        change: from + index + 1,
        deleted: false,
      })),
    );
    view.applyDayCounts(madeUpCounts(items, random));
  }
  const ports = madeUpPorts(view, items, random);
  const published = Array.from({ length: settings.rules }, (_, index) => madeUpRule(index, random));
  const compileStart = stopwatch.nowMs();
  const rules = compileRules(published);
  const compileMs = stopwatch.nowMs() - compileStart;
  const plain: ListRequest = {
    subject: { profileId: profileId('p') },
    strategy: defaultStrategy,
    catalogue: { eventWeights: defaultEventWeights, segmentAttribute: 'country' },
    now,
    seed,
    placement: 'home',
    shown: (item) => (item % 7 === 0 ? { times: 3, lastAtMs: now.getTime() - 3_600_000 } : undefined),
  };
  const requestsOf = [plain, { ...plain, rules }] as const;
  const durations: [number[], number[]] = [[], []];
  const cpuUs: [number, number] = [0, 0];
  for (let turn = -requests / 4; turn < requests; turn++) {
    for (const which of [0, 1] as const) {
      // asking for the CPU time takes a tenth of a list: it stays outside of what is timed
      const [cpuStart, start] = [stopwatch.cpuUs(), stopwatch.nowMs()];
      await recommend(ports, requestsOf[which]);
      const took = stopwatch.nowMs() - start;
      if (turn < 0) continue;
      durations[which].push(took);
      cpuUs[which] += stopwatch.cpuUs() - cpuStart;
    }
  }
  return {
    items,
    rules: published.length,
    compileMs,
    without: quantiles(durations[0]),
    with: quantiles(durations[1]),
    cpuUsAdded: Math.round((cpuUs[1] - cpuUs[0]) / requests),
  };
}

function quantiles(durations: number[]): { p50Ms: number; p99Ms: number } {
  durations.sort((a, b) => a - b);
  const at = (share: number) =>
    Number((durations[Math.floor(share * (durations.length - 1))] ?? 0).toFixed(3));
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Of ten rules: four boosts, two buries, one filter, one quota, one pin, and one of the others. */
function madeUpRule(index: number, random: Random): Rule {
  const below = (count: number) => Math.floor(count * random());
  const field = index % 3 === 0 ? 'categories' : 'attributes.brand';
  const values =
    field === 'categories'
      ? [`category-${below(60)}`]
      : Array.from({ length: 5 }, () => `brand-${below(3_000)}`);
  const matches = { field, in: values };
  const items = index % 4 === 0 ? { matches, newerThanDays: 90 } : { matches };
  const profile = { segments: ['warm'], matches: { field: 'events.CLICK', range: { gte: 1 } } };
  const window = {
    timeZone: 'Europe/Berlin',
    weekdays: ['TUE' as const],
    hours: { from: '00:00', until: '23:59' },
  };
  const condition = {
    placements: ['home'],
    items,
    ...(index % 3 === 1 && { profile }),
    ...(index % 5 === 0 && { window }),
  };
  const rule = { key: `rule-${index}`, priority: index % 7, condition };
  return ruleSchema.parse({ ...rule, ...effectFor(index, random) } as RuleInput);
}

function effectFor(index: number, random: Random): Pick<RuleInput, 'kind' | 'arguments'> {
  const weight = 0.02 + 0.2 * random();
  switch (index % 10) {
    case 4:
    case 5:
      return { kind: 'bury', arguments: { weight } };
    case 6:
      return { kind: 'filter', arguments: { keeps: 'others' } };
    case 7: {
      const bound = index % 20 === 7 ? 'atLeast' : 'atMost';
      return { kind: 'quota', arguments: { bound, slots: 2, within: 20 } };
    }
    case 8: {
      const id = `item-${Math.floor(random() * 1_000)}`;
      return { kind: 'pin', arguments: { itemId: id, position: 1 + (index % 40) } };
    }
    case 9:
      return index % 20 === 9
        ? { kind: 'rotate', arguments: {} }
        : { kind: 'fallback', arguments: { sources: ['popular', 'newArrivals'] } };
    default:
      return { kind: 'boost', arguments: { weight } };
  }
}
