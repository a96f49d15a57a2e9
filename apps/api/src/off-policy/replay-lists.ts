import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ItemNumber, itemNumber } from '@kindling/domain';
import type { CompiledRules, Strategy } from '@kindling/recommender';
import type { JudgedList } from '@kindling/storage';
import { listRequest, rankList, type ShownReader, shownBefore } from '../list-request.js';
import { inputOfLogged } from '../logged-request.js';
import type { CatalogueRuntime } from '../runtime/catalogue-runtime.js';

/**
 * What a strategy would have put into the slots of a logged list, without exploration: the same request, with what
 * was known of the person then (a strategy is not asked about a click with the click among the evidence), in the
 * catalogue and by the popularity of today, under the published rules of today or those given. Null for a list whose request was not kept.
 */
export async function replayList(
  runtime: CatalogueRuntime,
  list: JudgedList,
  { strategy, rules }: { readonly strategy: Strategy; readonly rules?: CompiledRules | undefined },
  shown: ShownReader,
): Promise<readonly (ItemNumber | null)[] | null> {
  const logged = inputOfLogged(list);
  if (!logged) return null;
  const { input, seed, madeAt } = logged;
  const { kind } = runtime.placement(list.placement);
  const request = await listRequest(
    runtime,
    { kind, strategy },
    input,
    seed,
    shownBefore(shown, madeAt ?? list.createdAt),
    rules,
  );
  const recommender = runtime.recommenderUntil(list.createdAt);
  const ranking = await rankList({ recommender }, input, request);
  // A list is as long as a request: others come in between.
  await nextTurn();
  return list.slots.map(({ rank }) => {
    const slot = ranking.slots[rank - 1];
    return slot ? itemNumber(slot.item) : null;
  });
}
