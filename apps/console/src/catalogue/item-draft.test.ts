import { describe, expect, it } from 'vitest';
import {
  attributeText,
  attributeValue,
  draftOfItem,
  inputOfItem,
  isSameItem,
  itemOfConflict,
  itemProblems,
  localMoment,
  mergedItem,
  newItemDraft,
} from './item-draft';

const stored = {
  id: 'lamp',
  title: 'Lamp',
  description: 'It shines.',
  categories: ['light'],
  tags: [],
  attributes: { colour: 'red', year: 1998, code: '007', sizes: [1, 2], gone: null },
  price: 12.5,
  currency: 'EUR',
  imageUrl: null,
  url: 'https://shop.example/lamp',
  publishedAt: '2026-11-01T08:00:00.123Z',
  expiresAt: null,
  status: 'ACTIVE' as const,
};
const draft = draftOfItem(stored);

describe('the draft of an item', () => {
  it('is the same item again when nothing is typed, milliseconds and kinds of values included', () => {
    expect(inputOfItem(draft)).toEqual(stored);
  });

  it.each(['red', '007', 'true', '12', '{"a":1}', '"quoted"', ' padded '])(
    'keeps the text %j a text when it is read back',
    (text) => expect(attributeValue(attributeText(text))).toBe(text),
  );

  it('is the same whatever the order of its attributes', () => {
    expect(isSameItem(draft, { ...draft, attributes: draft.attributes.toReversed() })).toBe(true);
    expect(isSameItem(draft, { ...draft, price: '12.50' })).toBe(true);
    expect(isSameItem(draft, { ...draft, price: '12.51' })).toBe(false);
  });
});

describe('a save over somebody else’s', () => {
  const theirs = draftOfItem({
    ...stored,
    price: 20,
    tags: ['new'],
    attributes: { colour: 'blue', year: 1999 },
  });

  it('keeps what was changed here, and theirs everywhere else', () => {
    const mine = {
      ...draft,
      title: 'My lamp',
      attributes: [
        { name: 'colour', text: 'green' },
        { name: 'year', text: '1998' },
        { name: 'shade', text: 'linen' },
      ],
    };
    expect(inputOfItem(mergedItem(draft, mine, theirs))).toMatchObject({
      title: 'My lamp',
      price: 20,
      tags: ['new'],
      attributes: { colour: 'green', year: 1999, shade: 'linen' },
    });
  });

  it('does not bring back an attribute that was taken out here', () => {
    const mine = { ...draft, attributes: draft.attributes.filter(({ name }) => name !== 'colour') };
    expect(inputOfItem(mergedItem(draft, mine, theirs)).attributes).not.toHaveProperty('colour');
  });

  it('reads a conflict, and nothing that does not look like one', () => {
    expect(itemOfConflict({ item: stored, revision: 'r', author: 'member:a@b' })).toEqual({
      item: stored,
      revision: 'r',
      author: 'member:a@b',
    });
    expect(itemOfConflict({ version: 1 })).toBeNull();
    expect(itemOfConflict(undefined)).toBeNull();
  });
});

describe('problems', () => {
  it('are named by field', () => {
    const wrong = {
      ...newItemDraft,
      price: '-1',
      currency: 'euro',
      url: 'shop',
      publishedAt: '2026-11-02T00:00:00Z',
      expiresAt: '2026-11-02T00:00:00Z',
      attributes: [
        { name: 'a', text: '1' },
        { name: 'a ', text: '2' },
      ],
    };
    expect(Object.fromEntries(itemProblems(wrong))).toEqual({
      id: 'empty',
      title: 'empty',
      price: 'price',
      currency: 'currency',
      url: 'address',
      expiresAt: 'order',
      attributes: 'twice',
    });
    expect(itemProblems(draft).size).toBe(0);
  });

  it('moments stand in the time of whoever reads them', () => {
    expect(new Date(localMoment('2026-11-01T08:00:00.000Z')).toISOString()).toBe('2026-11-01T08:00:00.000Z');
    expect(localMoment(null)).toBe('');
  });
});
