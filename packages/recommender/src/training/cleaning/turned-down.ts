import { ratingEvidence } from '@kindling/domain';
import { type EventTable, eachProfile, type KeptEvents, typeCode } from './event-table.js';

const dislike = typeCode('DISLIKE');
const hide = typeCode('HIDE');
const rating = typeCode('RATING');
const opinions = new Set([typeCode('FAVOURITE'), typeCode('PURCHASE'), rating, dislike, hide]);

/**
 * Takes out all that a profile did with an item that it turned down: its last word on it (a favourite, purchase or
 * rating is one, a view is none) was a dislike, a hide or a low rating. Training knows only what is liked, so the way
 * to such an item must not be learned. Returns how many events it took out.
 */
export function dropTurnedDown(events: EventTable, kept: KeptEvents): number {
  let dropped = 0;
  eachProfile(events, (from, to) => {
    const turnedDown = new Set<number>();
    for (let at = from; at < to; at++) {
      if (kept[at] === 0 || !opinions.has(events.type[at] as number)) continue;
      if (isAgainst(events, at)) turnedDown.add(events.item[at] as number);
      else turnedDown.delete(events.item[at] as number);
    }
    if (turnedDown.size === 0) return;
    for (let at = from; at < to; at++) {
      if (kept[at] === 0 || !turnedDown.has(events.item[at] as number)) continue;
      kept[at] = 0;
      dropped++;
    }
  });
  return dropped;
}

function isAgainst(events: EventTable, at: number): boolean {
  const type = events.type[at];
  if (type === rating) return ratingEvidence(events.value[at] as number) < 0;
  return type === dislike || type === hide;
}
