import { type ItemId, seededRandom } from '@kindling/domain';
import { bestKnown, cardMethods, pickCards } from '../../rules/onboarding/pick-cards.js';
import { shuffledIndices } from '../../shuffled-indices.js';
import type { EvaluationCase, Splitter } from '../evaluation-task.js';
import { eventsOfPeople } from './cases.js';

/** Cards that each person is shown. */
export const cardsShown = 10;

/**
 * Onboarding: 20 % of the people are judged and train nothing. Each is shown ten cards, picked by each method from what
 * the others like, and answers by what they are known to like themselves. `random` cards are drawn from the same best
 * known items that the methods choose from; the slice `none` is shown nothing. Targets and
 * competing items are the same in every slice: all but the cards of all methods. Whoever has no target is not judged.
 */
export const onboarding: Splitter = ({ items, people, events }, { seed }) => {
  const random = seededRandom(`onboarding ${seed}`);
  const tested = new Set(shuffledIndices(people, random).slice(Math.round(people * 0.8)));
  const train = events.filter(({ person }) => !tested.has(person));
  const indexOf = new Map(items.map(({ id }, index) => [id, index]));
  const likedBy = new Map<ItemId, number[]>();
  for (const { person, item } of train) {
    const id = items[item]?.id;
    if (id === undefined) continue;
    const fans = likedBy.get(id);
    if (fans) fans.push(person);
    else likedBy.set(id, [person]);
  }
  const groupsOf = (id: ItemId) => {
    const { categories = [], tags = [] } = items[indexOf.get(id) ?? -1] ?? {};
    return categories.length > 0 ? categories : tags;
  };
  const cards = cardMethods.map((method) => ({
    slice: method as string,
    shown: new Set(
      pickCards({ profiles: people, likedBy }, groupsOf, { method, count: cardsShown }).flatMap(
        (id) => indexOf.get(id) ?? [],
      ),
    ),
  }));
  const known = bestKnown(likedBy);
  const drawn = [...shuffledIndices(known.length, random).slice(0, cardsShown)];
  const atRandom = new Set(drawn.flatMap((at) => (known[at] ? (indexOf.get(known[at][0]) ?? []) : [])));
  const arms = [{ slice: 'none', shown: new Set<number>() }, { slice: 'random', shown: atRandom }, ...cards];
  const anyCard = new Set(arms.flatMap(({ shown }) => [...shown]));
  const cases: EvaluationCase[] = [];
  for (const [person, list] of eventsOfPeople(events.filter((event) => tested.has(event.person)))) {
    const liked = list.map(({ item }) => item);
    const targets = Int32Array.from(liked.filter((item) => !anyCard.has(item)));
    if (targets.length === 0) continue;
    for (const { slice, shown } of arms) {
      cases.push({
        person,
        slice,
        history: Int32Array.from(liked.filter((item) => shown.has(item))),
        targets,
      });
    }
  }
  const candidates = shuffledIndices(items.length, random).filter((item) => !anyCard.has(item));
  return { seed, train, candidates, cases };
};
