import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi, wordEncoder } from '../api.fixture.js';
import { otherLanguage } from './detect-language.js';
import { encoderLanguages } from './encoder-languages.js';

const foreign = {
  es: [
    'Una mujer busca a su hermano desaparecido en las montañas',
    'Lámpara de mesa de madera con pantalla de tela',
  ],
  de: ['Zwei Freunde und ein Hund wandern durch die Berge', 'Leichte Laufschuhe für Herren mit Gummisohle'],
  fr: [
    'Une femme part à la recherche de son frère disparu',
    'Lampe de table en bois avec abat-jour en tissu',
  ],
  it: ['Due amici e un cane attraversano le montagne', 'Scarpe da corsa leggere da uomo con suola in gomma'],
  pt: ['Uma mulher procura o irmão desaparecido nas montanhas do norte'],
  nl: ['Twee vrienden en een hond trekken door de bergen'],
  sv: ['Två vänner och en hund vandrar genom bergen'],
  pl: ['Lekkie buty do biegania dla mężczyzn z gumową podeszwą'],
};
const english = [
  'Two friends and a dog walk through the mountains',
  'Stainless steel hex nut, 3/8 inch, pack of fifty',
  'The Good, the Bad and the Ugly Western',
  'Pink vintage paisley lunch bag',
  'Bosch GSR 12V-15 drill driver kit',
];

describe('the language of a text', () => {
  it.each(Object.entries(foreign))('is found where it is surely not English: %s', (language, texts) => {
    expect(texts.map((text) => otherLanguage(text, ['en']))).toEqual(texts.map(() => language));
  });

  it.each(english)('is not doubted where it is English: %s', (text) => {
    expect(otherLanguage(text, ['en'])).toBeNull();
  });
});

describe('the languages of an encoder', () => {
  it.each(['all-MiniLM-L6-v2', 'BAAI/bge-small-en-v1.5', 'intfloat/e5-base-v2'])('are known: %s', (name) => {
    expect(encoderLanguages(name)).toEqual({ languages: ['en'], scripts: ['Latin'] });
  });

  it.each([
    'intfloat/multilingual-e5-small',
    'BAAI/bge-m3',
    'paraphrase-multilingual-MiniLM-L12-v2',
    'acme/own',
  ])('are many, or not known, and nothing is said: %s', (name) => expect(encoderLanguages(name)).toBeNull());
});

const model = (name: string) => ({ encoder: { ...wordEncoder, model: { ...wordEncoder.model, name } } });
const [german = ''] = foreign.de;
describe('the day-0 lint of an item over the API', () => {
  let reads: ApiFixture;
  let readsMany: ApiFixture;
  beforeAll(async () => {
    reads = await openApi({}, model('all-MiniLM-L6-v2'));
    readsMany = await openApi({}, model('multilingual-e5-small'));
    for (const api of [reads, readsMany]) {
      await api.store(
        api.shop,
        { id: 'german', title: german },
        { id: 'english', title: english[0] },
        { id: 'chinese', title: '两个朋友和一只狗走过群山' },
      );
    }
  });
  afterAll(async () => {
    await reads.close();
    await readsMany.close();
  });
  const findings = async (api: ApiFixture, id: string) => {
    const query = 'query ($id: ID!) { lintItem(id: $id) { code message } }';
    const { data } = await api.ask(api.shop.secretKey, query, { id }, { path: '/admin/graphql' });
    return data.lintItem.filter(({ code }: { code: string }) => code === 'wrongLanguage');
  };

  it('warns of a text in another language of the same script, and names it', async () => {
    expect(await findings(reads, 'german')).toEqual([
      { code: 'wrongLanguage', message: expect.stringContaining('German') },
    ]);
    expect(await findings(reads, 'english')).toEqual([]);
    expect(await findings(reads, 'chinese')).toHaveLength(1);
  });

  it('warns of none where the encoder reads many languages', async () => {
    for (const id of ['german', 'english', 'chinese']) expect(await findings(readsMany, id)).toEqual([]);
  });
});
