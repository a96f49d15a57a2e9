import { itemId, profileId } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { forPlacementKind, type PlacementKind } from './placement-kind.js';
import type { RecommenderPorts } from './ports.js';
import { recommend } from './recommend.js';
import type { ListRequest } from './request.js';
import {
  clicks,
  evidenceOf,
  exactNeighbours,
  requestFor,
  silentPorts,
  storedItem,
  viewOf,
} from './small-catalogue.fixture.js';

const names = ['tent', 'sleeping-bag', 'novel', 'poems', 'hit', 'newest'];
const directions: Record<string, [number, number]> = {
  tent: [1, 0],
  'sleeping-bag': [0.95, 0.31],
  novel: [0, 1],
  poems: [0.1, 0.99],
};
const view = viewOf(
  names.map((name, index) =>
    storedItem(name, index + 1, {
      publishedAt: new Date(name === 'newest' ? '2026-11-24T00:00:00Z' : '2026-01-01T00:00:00Z'),
    }),
  ),
);
view.applyDayCounts([clicks('hit', 50), clicks('poems', 2)]);
const ports: RecommenderPorts = {
  ...silentPorts(view),
  neighbours: exactNeighbours(
    new Map(
      names.map((name, index) => {
        const [x, y] = directions[name] ?? [-0.7, -0.7];
        return [index + 1, Float32Array.of(x, y)];
      }),
    ),
  ),
  // A reader of novels, whatever is in the cart.
  evidence: { load: async () => evidenceOf(Array.from({ length: 20 }, () => ({ itemId: itemId('novel') }))) },
};
const listOf = async (kind: PlacementKind, more: Partial<ListRequest> = {}) => {
  const request = requestFor({ profileId: profileId('reader') }, more);
  const { slots } = await recommend(ports, forPlacementKind(kind, request));
  return slots.map(({ item }) => names[item - 1]);
};

describe('a placement', () => {
  it('that is personal goes by what the person did', async () => {
    expect((await listOf('PERSONAL'))[0]).toBe('poems');
  });

  it('that completes a cart goes by the cart, not by the past of whoever fills it', async () => {
    const list = await listOf('COMPLEMENTARY', { cartItemIds: [itemId('tent')] });
    expect(list[0]).toBe('sleeping-bag');
    expect(list).not.toContain('tent');
  });

  it('of what is trending is the same for everybody, and leaves out what is in the cart', async () => {
    expect((await listOf('TRENDING')).slice(0, 2)).toEqual(['hit', 'poems']);
    expect(await listOf('TRENDING', { cartItemIds: [itemId('hit')] })).not.toContain('hit');
  });

  it('of new arrivals shows the newest 100 at most, the newest first where nothing else tells them apart', async () => {
    const days = (count: number) => new Date(Date.UTC(2026, 10, 24) - count * 86_400_000);
    const shelf = viewOf(
      Array.from({ length: 150 }, (_, age) => storedItem(`i${age}`, age + 1, { publishedAt: days(age) })),
    );
    const request = forPlacementKind('NEW_ARRIVALS', requestFor({ sessionId: 's' }));
    const { slots } = await recommend(silentPorts(shelf), request);
    expect(slots.map(({ item }) => item)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });
});
