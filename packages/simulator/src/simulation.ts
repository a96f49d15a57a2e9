import { type Clock, type EventType, type Random, seededRandom } from '@kindling/domain';
import { drawIndex, normal, runningSums } from './normal.js';
import { type TastedItem, TasteSpace } from './taste-space.js';
import { type CategoryShares, drawVisitor, trueUtility, type Visitor } from './visitor.js';

export interface SimulationOptions {
  readonly items: readonly TastedItem[];
  /** The same seed, items and clock give the same visitors and the same events. */
  readonly seed: string | number;
  readonly clock: Clock;
  readonly visitors: number;
  /** Sessions are spread evenly over this many days before now. */
  readonly days?: number;
  readonly meanSessions?: number;
}

/** An event as `trackEvents` takes it. */
export interface SimulatedEvent {
  readonly id: string;
  readonly type: EventType;
  readonly profileId: string;
  readonly sessionId: string;
  readonly itemId: string | null;
  readonly query: string | null;
  readonly value: number | null;
  readonly occurredAt: Date;
  readonly simulated: true;
}

export interface Simulation {
  readonly space: TasteSpace;
  readonly visitors: readonly Visitor[];
  /** Batches of at most `size` events, visitor by visitor and in the order of time for each. */
  batches(size: number): Generator<SimulatedEvent[]>;
}

const dayMs = 86_400_000;
/** An item is met among the popular ones, by looking for one's taste, or by chance. */
const discovery = { popular: 0.4, taste: 0.45 } as const;

/** See the README for the model, and for what it leaves out. */
export function simulate(options: SimulationOptions): Simulation {
  const { items, seed } = options;
  const space = new TasteSpace({ seed });
  const shares = categoryShares(items);
  const meanSessions = options.meanSessions ?? 3;
  const visitors = Array.from({ length: options.visitors }, (_, index) => {
    const id = `sim-${seed}-${index + 1}`;
    return drawVisitor(id, space, shares, meanSessions, seededRandom(`${seed}/visitor/${index}`));
  });
  const popular = popularity(items, space);
  return {
    space,
    visitors,
    *batches(size) {
      let batch: SimulatedEvent[] = [];
      for (const visitor of visitors) {
        for (const event of visit(visitor, items, space, popular, options)) {
          batch.push(event);
          if (batch.length < size) continue;
          yield batch;
          batch = [];
        }
      }
      if (batch.length > 0) yield batch;
    },
  };
}

function* visit(
  visitor: Visitor,
  items: readonly TastedItem[],
  space: TasteSpace,
  popular: Float64Array,
  options: SimulationOptions,
): Generator<SimulatedEvent> {
  if (items.length === 0) return;
  const random = seededRandom(`${options.seed}/events/${visitor.id}`);
  const now = options.clock.now().getTime();
  const periodMs = (options.days ?? 30) * dayMs;
  const starts = Array.from({ length: visitor.sessions }, () => now - periodMs * (0.002 + 0.998 * random()));
  const seen = new Set<string>();
  let count = 0;
  for (const [session, start] of starts.sort((a, b) => a - b).entries()) {
    let at = start;
    const event = (
      type: EventType,
      item: TastedItem | null,
      value: number | null = null,
    ): SimulatedEvent => ({
      id: `${visitor.id}-${++count}`,
      type,
      profileId: visitor.id,
      sessionId: `${visitor.id}-s${session + 1}`,
      itemId: item?.id ?? null,
      query: type === 'SEARCH' ? (visitor.favourites[0] ?? null) : null,
      value,
      // the last session may still be going on; nothing happens in the future
      occurredAt: new Date(Math.min(now, at)),
      simulated: true,
    });
    if (visitor.favourites.length > 0 && random() < 0.15) yield event('SEARCH', null);
    const views = 1 + Math.floor(-3 * Math.log(1 - random()));
    for (let view = 0; view < views; view++) {
      const item = meet(visitor, items, space, popular, random);
      if (item === undefined || seen.has(item.id)) continue;
      const liking = trueUtility(space, visitor, item) + 0.7 * normal(random);
      // what is not for them is mostly passed by without a look
      if (random() > logistic(liking)) continue;
      seen.add(item.id);
      at += 20_000 + 60_000 * random();
      yield event('VIEW', item);
      if (random() > 0.6) continue;
      const seconds = Math.round(60 + 6_000 * logistic(1.5 * liking - 1) * random());
      at += Math.min(seconds, 600) * 1_000;
      yield event('DWELL', item, seconds);
      if (liking > 2 && random() < 0.3) yield event('FAVOURITE', item);
      if (random() < 0.2) yield event('RATING', item, Math.max(1, Math.min(5, Math.round(3 + liking))));
      if (liking < -1 && random() < 0.3) yield event('DISLIKE', item);
    }
  }
}

/** Of some thirty items that cross the way, the one that looks best: looking for it works, but not perfectly. */
function meet(
  visitor: Visitor,
  items: readonly TastedItem[],
  space: TasteSpace,
  popular: Float64Array,
  random: Random,
): TastedItem | undefined {
  const way = random();
  if (way < discovery.popular) return items[drawIndex(popular, random)];
  const anyItem = () => items[Math.floor(items.length * random())];
  if (way >= discovery.popular + discovery.taste) return anyItem();
  let best = anyItem();
  for (let index = 0; index < 30; index++) {
    const item = anyItem();
    if (item && best && trueUtility(space, visitor, item) > trueUtility(space, visitor, best)) best = item;
  }
  return best;
}

/** Zipf's law over the order of quality: the item of rank r is met in proportion to 1 / (r + 10). */
function popularity(items: readonly TastedItem[], space: TasteSpace): Float64Array {
  const quality = items.map((item) => space.quality(item.id));
  const byQuality = items.map((_, index) => index).sort((a, b) => (quality[b] ?? 0) - (quality[a] ?? 0));
  const weights = new Float64Array(items.length);
  for (const [rank, index] of byQuality.entries()) weights[index] = 1 / (rank + 10);
  return runningSums(weights);
}

/** A category is somebody's favourite as often as it is among the items. */
function categoryShares(items: readonly TastedItem[]): CategoryShares {
  const counts = new Map<string, number>();
  for (const item of items) {
    for (const category of item.categories) counts.set(category, (counts.get(category) ?? 0) + 1);
  }
  const names = [...counts.keys()].sort();
  return { names, cumulative: runningSums(names.map((name) => counts.get(name) ?? 0)) };
}

const logistic = (value: number) => 1 / (1 + Math.exp(-value));
