import { KindlingError } from '@kindling/domain';
import type { EvaluationData } from '../../evaluation/evaluation-data.js';
import type { CleanedEvents } from '../cleaning/clean-events.js';
import { type Pairs, pairStrengths } from '../cleaning/pair-strengths.js';
import type { CatalogueItem } from '../training-data.js';

/** What is left of a catalogue's events; a KindlingError BAD_INPUT that says what took them where that is nothing. */
export function pairsLeft(cleaned: CleanedEvents): Pairs {
  const pairs = pairStrengths(cleaned.events, cleaned.kept, cleaned.evidence);
  if (pairs.item.length === 0) throw nothingLeft(cleaned);
  return pairs;
}

const nothingLeft = ({ events, dropped }: CleanedEvents) =>
  new KindlingError(
    'BAD_INPUT',
    events.length === 0
      ? 'There are no events about items of this catalogue to train on: record or import some, then train again.'
      : `None of the ${events.length} events is left after cleaning (${dropped
          .filter((rule) => rule.events > 0)
          .map((rule) => `${rule.rule}: ${rule.events}`)
          .join(', ')}): record more, or change the weights of their types.`,
  );

/** A catalogue's own people and items, in the form in which everything is judged. */
export function evaluationData(items: readonly CatalogueItem[], pairs: Pairs): EvaluationData {
  return {
    name: 'this catalogue',
    items: items.map((item) => ({ ...item, launchedAtMs: null })),
    people: pairs.profiles,
    events: Array.from(pairs.item, (item, at) => ({
      person: pairs.profile[at] as number,
      item,
      atMs: pairs.atMs[at] as number,
      position: null,
      weight: pairs.weight[at] as number,
    })),
    published: null,
  };
}
