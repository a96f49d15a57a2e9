import { itemId } from '@kindling/domain';
import { createEncoder, type Encoder } from '@kindling/encoder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { films } from './films.fixture.js';
import type { EvidenceSource, RecommenderPorts } from './ports.js';
import type { Ranking } from './ranking.js';
import { recommend } from './recommend.js';
import { search } from './search.js';
import { similarItems } from './similar-items.js';
import {
  clicks,
  evidenceOf,
  exactNeighbours,
  requestFor,
  storedItem,
  viewOf,
} from './small-catalogue.fixture.js';

/*
 * The floor of quality with the encoder that is shipped, on films anybody can judge. Every film has the same
 * popularity but two, which are far ahead: content has to win where something is known, and not otherwise.
 */
let encoder: Encoder;
let ports: RecommenderPorts;
const items = films.map(([id, title, categories, description], index) =>
  storedItem(id, index + 1, { title, categories: [...categories], description }),
);

beforeAll(async () => {
  encoder = await createEncoder({ threads: 1 });
  const texts = films.map(
    ([, title, genres, description]) => `${title}\nGenre: ${genres.join(', ')}\n${description}`,
  );
  const vectors = await encoder.encode(texts, 'passage');
  const view = viewOf(items);
  view.applyDayCounts(
    films.map(([id]) => clicks(id, id === 'titanic' ? 900 : id === 'godfather' ? 700 : 20)),
  );
  ports = {
    items: view,
    neighbours: exactNeighbours(new Map(vectors.map((vector, index) => [index + 1, vector]))),
    encoder: { encodeQueries: (queries) => encoder.encode(queries, 'query', { priority: 'interactive' }) },
    evidence: { load: async () => null },
  };
});
afterAll(() => encoder.close());

const idsOf = (ranking: Ranking | null, count: number) =>
  (ranking?.slots ?? []).slice(0, count).map(({ item }) => films[item - 1]?.[0] ?? '');
const genresOf = (id: string) => films.find(([one]) => one === id)?.[2] ?? [];
const shareOf = (genre: string, ids: readonly string[]) =>
  ids.filter((id) => genresOf(id).includes(genre)).length / ids.length;
const withEvidence = (evidence: EvidenceSource): RecommenderPorts => ({ ...ports, evidence });

describe('a person of whom something is known', () => {
  it('gets science fiction on top for "space war with robots"', async () => {
    const ranking = await recommend(ports, requestFor({ interests: ['space war with robots'] }));
    expect(shareOf('Science Fiction', idsOf(ranking, 5))).toBe(1);
    expect(ranking.served.level).toBe('interests');
    expect(ranking.coldness).toBe('COLD');
  });

  it('finds both of two distinct interests among the first ten', async () => {
    const interests = ['mountain climbing', 'cooking in a restaurant'];
    const ids = idsOf(await recommend(ports, requestFor({ interests })), 10);
    const mountains = ['free-solo', 'everest', 'touching-void', 'cliffhanger', 'north-face'];
    const kitchens = ['ratatouille', 'big-night', 'babette', 'chef', 'julie-julia'];
    expect(ids.filter((id) => mountains.includes(id)).length).toBeGreaterThanOrEqual(3);
    expect(ids.filter((id) => kitchens.includes(id)).length).toBeGreaterThanOrEqual(3);
  });

  it('gets the neighbours of a liked item, and not the item', async () => {
    const ranking = await recommend(ports, requestFor({ likedItemIds: [itemId('goodfellas')] }));
    const ids = idsOf(ranking, 4);
    expect(shareOf('Crime', ids)).toBeGreaterThanOrEqual(0.75);
    expect(idsOf(ranking, 40)).not.toContain('goodfellas');
  });

  it('sees less of what is like a disliked item', async () => {
    const likes = { interests: ['family film about animals'] };
    const placeOf = async (subject: object) =>
      idsOf(await recommend(ports, requestFor(subject)), 40).indexOf('beethoven');
    expect(await placeOf({ ...likes, dislikedItemIds: [itemId('lassie')] })).toBeGreaterThan(
      await placeOf(likes),
    );
  });

  it('gets what the attributes say', async () => {
    const ranking = await recommend(ports, requestFor({ attributes: { genre: 'horror' } }));
    expect(idsOf(ranking, 6).filter((id) => genresOf(id).includes('Horror')).length).toBeGreaterThanOrEqual(
      2,
    );
  });

  it('gets another next list after a few events, with the history as its reason', async () => {
    const cold = await recommend(ports, requestFor({ profileId: 'p' as never }));
    const seen = ['free-solo', 'everest', 'touching-void'].map((id) => ({
      itemId: itemId(id),
      type: 'FAVOURITE' as const,
    }));
    const warming = await recommend(
      withEvidence({ load: async () => evidenceOf(seen) }),
      requestFor({ profileId: 'p' as never }),
    );
    expect(cold.served.level).toBe('popularity');
    expect(warming.served.level).toBe('history');
    expect(warming.coldness).toBe('WARMING');
    expect(idsOf(warming, 10)).toContain('north-face');
    expect(idsOf(warming, 10)).toContain('cliffhanger');
  });
});

it('gives the popular items to somebody of whom nothing is known', async () => {
  expect(idsOf(await recommend(ports, requestFor({})), 2)).toEqual(['titanic', 'godfather']);
});

it('finds similar items by meaning', async () => {
  const ids = idsOf(await similarItems(ports, { ...requestFor({}), itemId: itemId('roman-holiday') }), 5);
  expect(shareOf('Romance', ids)).toBeGreaterThanOrEqual(0.8);
});

describe('search', () => {
  const found = async (query: string, count: number) =>
    idsOf(await search(ports, { ...requestFor({}), query }), count);

  it('puts the exact title first, whatever else has its words', async () => {
    expect(await found('chef', 1)).toEqual(['chef']);
    expect(await found('ALIEN', 1)).toEqual(['alien']);
    expect(await found('amelie', 1)).toEqual(['amelie']);
  });

  it('finds by meaning what has none of the words', async () => {
    expect(await found('killer machines', 3)).toContain('terminator-2');
    expect(await found('canine pet', 4)).toContain('lassie');
  });

  it('finds a title that is being typed, and one that is mistyped', async () => {
    expect(await found('ratat', 1)).toEqual(['ratatouille']);
    expect(await found('goodfelas', 1)).toEqual(['goodfellas']);
  });

  it('finds nothing for what is nothing', async () => {
    const ranking = await search(ports, { ...requestFor({}), query: 'xqzzv wwkpt' });
    expect(ranking.slots.length).toBeLessThanOrEqual(3);
  });
});
