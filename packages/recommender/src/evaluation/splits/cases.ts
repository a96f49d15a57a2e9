import { byTime, type EvaluationEvent } from '../evaluation-data.js';
import type { EvaluationCase } from '../evaluation-task.js';

/** Each person's events, oldest first. */
export function eventsOfPeople(events: Iterable<EvaluationEvent>): Map<number, EvaluationEvent[]> {
  const people = new Map<number, EvaluationEvent[]>();
  for (const event of events) {
    const list = people.get(event.person);
    if (list) list.push(event);
    else people.set(event.person, [event]);
  }
  for (const list of people.values()) list.sort(byTime);
  return people;
}

/** A case for everybody with at least one target; those without a history are judged too. */
export function casesOf(
  train: Iterable<EvaluationEvent>,
  targets: Iterable<EvaluationEvent>,
): EvaluationCase[] {
  const histories = eventsOfPeople(train);
  return [...eventsOfPeople(targets)].map(([person, wanted]) => ({
    person,
    slice: '',
    history: itemsOf(histories.get(person) ?? []),
    targets: itemsOf(wanted),
  }));
}

export const itemsOf = (events: readonly EvaluationEvent[]) => Int32Array.from(events, ({ item }) => item);
