import { findMiscounts } from '@kindling/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi } from '../api.fixture.js';

const admin = { path: '/admin/graphql' };
let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  const kinds = ['space robots', 'paris romance', 'haunted house'];
  await api.store(
    api.shop,
    ...Array.from({ length: 24 }, (_, index) => ({
      id: `film-${index}`,
      title: `${kinds[index % 3]} part ${index}`,
      categories: [kinds[index % 3]],
    })),
  );
});
afterAll(() => api.close());

const ask = (query: string, variables: object = {}) => api.ask(api.shop.publicKey, query, variables);
const answer = (subject: object, answers: object[], flow = 'default') =>
  ask(
    `mutation ($flow: String!, $subject: SubjectInput!, $answers: [OnboardingAnswerInput!]!) {
      answerOnboarding(flow: $flow, subject: $subject, answers: $answers) { accepted duplicates replaced } }`,
    { flow, subject, answers },
  );
const manage = (query: string, variables: object = {}) =>
  api.ask(api.shop.secretKey, query, variables, admin);

describe('onboarding', () => {
  it('shows cards of different kinds before anybody has done anything', async () => {
    const { data } = await ask(
      '{ onboarding(subject: { sessionId: "s", likedItemIds: ["film-0"] }) { key version skippable cards { id categories } } }',
    );
    expect(data.onboarding).toMatchObject({ key: 'default', version: 0, skippable: true });
    const { cards } = data.onboarding;
    expect(cards.length).toBeGreaterThanOrEqual(9);
    expect(new Set(cards.map(({ categories }: { categories: string[] }) => categories[0])).size).toBe(3);
    expect(cards.map(({ id }: { id: string }) => id)).not.toContain('film-0');
  });

  it('acts on the very next list, and the same answer twice counts once', async () => {
    const firstOf = async () => {
      const list = await ask(
        '{ recommendations(subject: { sessionId: "new" }, first: 4) { nodes { id categories } } }',
      );
      return list.data.recommendations.nodes as { id: string; categories: string[] }[];
    };
    const answers = [
      { itemId: 'film-1', card: 'LIKED' },
      { itemId: 'film-2', card: 'DISLIKED' },
      { itemId: 'film-3', card: 'SKIPPED' },
    ];
    expect((await answer({ sessionId: 'new' }, answers)).data.answerOnboarding).toEqual({
      accepted: 3,
      duplicates: 0,
      replaced: 0,
    });
    expect((await answer({ sessionId: 'new' }, answers)).data.answerOnboarding).toEqual({
      accepted: 0,
      duplicates: 3,
      replaced: 0,
    });
    const list = await firstOf();
    expect(list[0]?.categories).toEqual(['paris romance']);
    expect(list.map(({ id }) => id)).not.toContain('film-2');
  });

  it('asks questions whose answers act too, refuses others, and counts them', async () => {
    const config = {
      key: 'taste',
      name: 'Taste',
      cards: 3,
      method: 'coverage',
      questions: [
        { key: 'mood', text: 'What are you in the mood for?', options: ['haunted house', 'space robots'] },
      ],
    };
    const save = await manage(
      'mutation ($config: JSONObject!) { saveOnboardingFlow(config: $config) { version config } }',
      { config },
    );
    expect(save.data.saveOnboardingFlow.version).toBe(1);
    const flow = await ask(
      '{ onboarding(flow: "taste", subject: { profileId: "eve" }) { questions { key options } cards { id } } }',
    );
    expect(flow.data.onboarding.questions[0].options).toEqual(['haunted house', 'space robots']);
    expect(flow.data.onboarding.cards).toHaveLength(3);
    await answer({ profileId: 'eve' }, [{ question: 'mood', option: 'haunted house' }], 'taste');
    const list = await ask(
      '{ recommendations(subject: { profileId: "eve" }, first: 2) { nodes { categories } } }',
    );
    expect(list.data.recommendations.nodes[0].categories).toEqual(['haunted house']);
    const wrong = await answer({ profileId: 'eve' }, [{ question: 'mood', option: 'sleepy' }], 'taste');
    expect(wrong.errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'answers.0.option' });
    const half = await answer({ profileId: 'eve' }, [{ itemId: 'film-1' }], 'taste');
    expect(half.errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'answers.0' });
    const nobody = await answer(
      { interests: ['x'] },
      [{ question: 'mood', option: 'haunted house' }],
      'taste',
    );
    expect(nobody.errors[0]?.extensions['field']).toBe('subject');
    const { data } = await manage(
      '{ a: onboardingStatistics(flow: "taste") { people answers { question option people } } b: onboardingStatistics { people cards { itemId liked disliked skipped } } }',
    );
    expect(data.a).toEqual({
      people: 1,
      answers: [{ question: 'mood', option: 'haunted house', people: 1 }],
    });
    expect(data.b.people).toBe(1);
    expect(data.b.cards).toContainEqual({ itemId: 'film-1', liked: 1, disliked: 0, skipped: 0 });
  });

  it('lets a card be skipped only where the flow says so', async () => {
    const config = { key: 'firm', name: 'Firm', cards: 2, skippable: false };
    await manage('mutation ($config: JSONObject!) { saveOnboardingFlow(config: $config) { version } }', {
      config,
    });
    const skipped = await answer({ profileId: 'ivo' }, [{ itemId: 'film-1', card: 'SKIPPED' }], 'firm');
    expect(skipped.errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'answers.0.card' });
    const liked = await answer({ profileId: 'ivo' }, [{ itemId: 'film-1', card: 'LIKED' }], 'firm');
    expect(liked.data.answerOnboarding.accepted).toBe(1);
  });

  it('replaces what was answered before: for the next list, for the counts of days and for the statistics', async () => {
    const config = {
      key: 'again',
      name: 'Again',
      cards: 2,
      questions: [
        { key: 'mood', text: 'What now?', options: ['haunted house', 'space robots', 'paris romance'] },
      ],
    };
    await manage('mutation ($config: JSONObject!) { saveOnboardingFlow(config: $config) { version } }', {
      config,
    });
    const mood = (...options: string[]) =>
      answer(
        { profileId: 'ada' },
        options.map((option) => ({ question: 'mood', option })),
        'again',
      );
    const outcome = async (answered: ReturnType<typeof answer>) => (await answered).data.answerOnboarding;
    const firstKind = async () =>
      (await ask('{ recommendations(subject: { profileId: "ada" }, first: 1) { nodes { categories } } }'))
        .data.recommendations.nodes[0].categories[0];
    const statistics = async () =>
      (
        await manage(
          '{ onboardingStatistics(flow: "again") { people answers { option people } cards { itemId liked disliked skipped } } }',
        )
      ).data.onboardingStatistics;

    expect(await outcome(mood('haunted house'))).toEqual({ accepted: 1, duplicates: 0, replaced: 0 });
    expect(await firstKind()).toBe('haunted house');
    expect(await outcome(mood('space robots'))).toEqual({ accepted: 1, duplicates: 0, replaced: 1 });
    expect(await firstKind()).toBe('space robots');
    expect((await statistics()).answers).toEqual([{ option: 'space robots', people: 1 }]);
    // back again: an answer that was replaced is a new one
    expect(await outcome(mood('haunted house'))).toEqual({ accepted: 1, duplicates: 0, replaced: 1 });
    expect(await firstKind()).toBe('haunted house');
    // several options at once are one answer
    expect(await outcome(mood('haunted house', 'paris romance'))).toEqual({
      accepted: 1,
      duplicates: 1,
      replaced: 0,
    });
    expect((await statistics()).answers).toHaveLength(2);

    const card = (verdict: string, subject: object = { profileId: 'ada' }) =>
      outcome(answer(subject, [{ itemId: 'film-4', card: verdict }], 'again'));
    await card('LIKED');
    expect(await card('DISLIKED')).toEqual({ accepted: 1, duplicates: 0, replaced: 1 });
    expect(await card('SKIPPED')).toMatchObject({ replaced: 1 });
    expect((await statistics()).cards).toEqual([{ itemId: 'film-4', liked: 0, disliked: 0, skipped: 1 }]);
    expect(await findMiscounts(api.pool, api.shop.id, null)).toEqual([]);
    // somebody who was not known by name yet
    await card('LIKED', { sessionId: 'ada-phone' });
    expect(await card('DISLIKED', { sessionId: 'ada-phone', profileId: 'ada' })).toMatchObject({
      replaced: 2,
    });
    expect(await statistics()).toMatchObject({ people: 1 });
    expect((await statistics()).cards).toEqual([{ itemId: 'film-4', liked: 0, disliked: 1, skipped: 0 }]);
    const both = await answer(
      { profileId: 'ada' },
      [
        { itemId: 'film-4', card: 'LIKED' },
        { itemId: 'film-4', card: 'DISLIKED' },
      ],
      'again',
    );
    expect(both.errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'answers.1.card' });
  });

  it('of one person at once leaves one answer', async () => {
    const options = ['haunted house', 'space robots', 'paris romance'];
    await Promise.all(
      options.map((option) => answer({ sessionId: 'hasty' }, [{ question: 'mood', option }], 'again')),
    );
    const { rows } = await api.pool.query(`SELECT FROM event WHERE session_id = 'hasty'`);
    expect(rows).toHaveLength(1);
  });

  it('of one catalogue is not that of another', async () => {
    const flow = await api.ask(
      api.other.publicKey,
      '{ onboarding(flow: "taste", subject: { sessionId: "s" }) { key } }',
    );
    expect(flow.errors[0]?.extensions['code']).toBe('NOT_FOUND');
    const foreign = await api.ask(
      api.other.publicKey,
      'mutation { answerOnboarding(subject: { sessionId: "s" }, answers: [{ itemId: "film-1", card: LIKED }]) { accepted } }',
    );
    expect(foreign.errors[0]?.extensions['code']).toBe('NOT_FOUND');
  });
});
