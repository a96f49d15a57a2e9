import { checkEvents, type StorableEvent } from './event-store.js';

export const now = new Date('2026-11-24T12:00:00Z');
export const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

/** A view of a film by Ann, unless it is said otherwise. */
export const event = (id: string, fields: object = {}) => ({
  id,
  type: 'VIEW',
  profileId: 'ann',
  itemId: 'film',
  ...fields,
});

/** Checked as the API checks them; a row that is rejected is a mistake of the test. */
export const events = (...rows: object[]): readonly StorableEvent[] => {
  const checked = checkEvents(rows, now, () => false);
  if (checked.rejected.length > 0) throw new Error(JSON.stringify(checked.rejected));
  return checked.events;
};
