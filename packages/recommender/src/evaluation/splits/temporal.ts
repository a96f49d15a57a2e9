import { KindlingError, seededRandom } from '@kindling/domain';
import { shuffledIndices } from '../../shuffled-indices.js';
import type { Splitter } from '../evaluation-task.js';
import { casesOf } from './cases.js';

/**
 * As it happens: the cut is where the last 20 % of the items begin (by launch date, else by their first event). What
 * happened before it trains; candidates are the items that came later; what was done with them are the targets.
 * Judged is who was there before the cut. The seed only breaks ties.
 */
export const temporal: Splitter = ({ items, events, name }, { seed }) => {
  const began = items.map(({ launchedAtMs }) => launchedAtMs ?? Number.POSITIVE_INFINITY);
  for (const { item, atMs } of events) {
    if (atMs !== null && items[item]?.launchedAtMs === null)
      began[item] = Math.min(began[item] ?? atMs, atMs);
  }
  const known = began.filter(Number.isFinite).sort((a, b) => a - b);
  const cut = known[Math.floor(known.length * 0.8)];
  if (cut === undefined || events.some(({ atMs }) => atMs === null)) {
    throw new KindlingError(
      'BAD_INPUT',
      `${name} has events without a timestamp, which the temporal split needs: use another --split.`,
    );
  }
  const train = events.filter(({ atMs }) => (atMs ?? 0) < cut);
  const isNew = (item: number) => Number.isFinite(began[item]) && (began[item] as number) >= cut;
  const candidates = shuffledIndices(items.length, seededRandom(`temporal ${seed}`)).filter(isNew);
  const targets = events.filter(({ atMs, item }) => (atMs ?? 0) >= cut && isNew(item));
  // an event before the launch date is a mistake of the data; the item would not be new
  const seen = new Set(train.map(({ item }) => item));
  const cases = casesOf(
    train,
    targets.filter(({ item }) => !seen.has(item)),
  );
  return {
    seed,
    train,
    candidates: candidates.filter((item) => !seen.has(item)),
    cases: cases.filter(({ history }) => history.length > 0),
  };
};
