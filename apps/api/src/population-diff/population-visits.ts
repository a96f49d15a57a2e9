import type { PopulationCaveat, PopulationGroup } from '@kindling/recommender';
import { readCatalogueWords } from '@kindling/storage';
import type { ListInput } from '../list-request.js';
import type { CatalogueRuntime } from '../runtime/catalogue-runtime.js';
import { describedVisits } from './described-visits.js';
import { isAsked, realVisits } from './real-visits.js';
import { type VisitOrder, visitOf } from './visit-order.js';

/** A list of the placement that is made twice. */
export interface Visit {
  readonly group: PopulationGroup;
  readonly input: ListInput;
}

/** Of the sample; the others are described. */
const realShare = 0.7;
const mostWords = 200;
const mostEncoded = 1_000;
const encodedAtOnce = 32;

/**
 * Whom a placement's lists are made for: real visits, then described ones, then one of which nothing is known (not of
 * a list that goes with an item: there is always one).
 */
export async function populationVisits(
  runtime: CatalogueRuntime,
  order: VisitOrder,
  caveats: Set<PopulationCaveat>,
): Promise<readonly Visit[]> {
  const { kind } = order.placement;
  const wanted = Math.floor(realShare * order.count);
  const saysWords = kind !== 'SIMILAR' && kind !== 'COMPLEMENTARY';
  const [real, words] = await Promise.all([
    realVisits(runtime, order, wanted),
    saysWords ? readCatalogueWords(order.pool, runtime.id, mostWords) : [],
  ]);
  if (real.length < wanted) caveats.add(isAsked(kind) ? 'FEW_VISITS' : 'FEW_PROFILES');
  if (saysWords && words.length === 0) caveats.add('NO_INTERESTS');
  const unknown = kind === 'SIMILAR' ? [] : [visitOf(order, {})];
  const count = order.count - real.length - unknown.length;
  const described = describedVisits(runtime, order, { words, count });
  await encodeAhead(runtime, [...real, ...described]);
  return [...grouped('REAL', real), ...grouped('DESCRIBED', described), ...grouped('UNKNOWN', unknown)];
}

const grouped = (group: PopulationGroup, inputs: readonly ListInput[]): Visit[] =>
  inputs.map((input) => ({ group, input }));

/** Together, which costs an encoder less than one list's words at a time. Lists ask again for what failed here. */
async function encodeAhead({ serving }: CatalogueRuntime, visits: readonly ListInput[]): Promise<void> {
  const texts = visits.flatMap(({ operation, subject: { interests = [] } }) =>
    operation.kind === 'search' && operation.query !== '' ? [operation.query] : interests,
  );
  const distinct = [...new Set(texts)].slice(0, mostEncoded);
  for (let from = 0; from < distinct.length; from += encodedAtOnce) {
    const some = distinct.slice(from, from + encodedAtOnce);
    const isDown = await serving.recommender.encoder.encodeQueries(some).then(
      () => false,
      () => true,
    );
    if (isDown) return;
  }
}
