import { randomUUID } from 'node:crypto';
import { type CatalogueId, itemSchema, seededRandom } from '@kindling/domain';
import { checkEvents, insertEvents, type Pool, upsertItems } from '@kindling/storage';

const tastes = ['space', 'garden', 'kitchen'];

/** Items of three tastes, told by their words, and people who like most things of one: enough to be judged by. */
export async function storeTastes(
  pool: Pool,
  catalogue: CatalogueId,
  { people = 180, items = 66, at = new Date() }: { people?: number; items?: number; at?: Date } = {},
): Promise<void> {
  await upsertItems(
    pool,
    catalogue,
    Array.from({ length: items }, (_, index) => ({
      item: itemSchema.parse({
        id: `i${index}`,
        title: `${tastes[index % 3]} thing ${index % 7}`,
        tags: [tastes[index % 3]],
      }),
      contentHash: null,
    })),
  );
  const random = seededRandom('tastes');
  for (let person = 0; person < people; person++) {
    // nobody has seen the last items
    const liked = Array.from({ length: items - 6 }, (_, item) => item)
      .filter((item) => random() < (item % 3 === person % 3 ? 0.75 : 0.04))
      .sort(() => random() - 0.5);
    const rows = liked.map((item, order) => ({
      id: randomUUID(),
      type: 'FAVOURITE',
      profileId: `p${person}`,
      itemId: `i${item}`,
      occurredAt: new Date(at.getTime() - (liked.length - order) * 60_000),
    }));
    const { events } = checkEvents(rows, at, () => false);
    await insertEvents(pool, catalogue, events, null);
  }
}
