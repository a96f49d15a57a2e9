import type { ItemInput } from '@/generated/graphql';

/** An item as a form holds it: numbers and attributes as they are typed, moments as ISO 8601. */
export interface ItemDraft {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly attributes: readonly AttributeRow[];
  readonly price: string;
  readonly currency: string;
  readonly imageUrl: string;
  readonly url: string;
  readonly publishedAt: string | null;
  readonly expiresAt: string | null;
  readonly status: 'ACTIVE' | 'HIDDEN';
}
export interface AttributeRow {
  readonly name: string;
  readonly text: string;
}

/** The fields of an item, as the API gives and takes them. */
export type ItemFields = { readonly [Field in keyof ItemInput]: ItemInput[Field] };

export const newItemDraft: ItemDraft = {
  id: '',
  title: '',
  description: '',
  categories: [],
  tags: [],
  attributes: [],
  price: '',
  currency: '',
  imageUrl: '',
  url: '',
  publishedAt: null,
  expiresAt: null,
  status: 'ACTIVE',
};

export const draftOfItem = (item: ItemFields): ItemDraft => ({
  id: String(item.id),
  title: item.title,
  description: item.description ?? '',
  categories: item.categories ?? [],
  tags: item.tags ?? [],
  attributes: Object.entries(item.attributes ?? {}).map(([name, value]) => ({
    name,
    text: attributeText(value),
  })),
  price: item.price == null ? '' : String(item.price),
  currency: item.currency ?? '',
  imageUrl: item.imageUrl ?? '',
  url: item.url ?? '',
  publishedAt: item.publishedAt ?? null,
  expiresAt: item.expiresAt ?? null,
  status: item.status ?? 'ACTIVE',
});

const orNull = (text: string) => (text.trim() === '' ? null : text.trim());

/** The draft as the API takes it. A row of attributes without a name says nothing. */
export const inputOfItem = (draft: ItemDraft) => ({
  id: draft.id.trim(),
  title: draft.title.trim(),
  description: draft.description.trim() === '' ? null : draft.description,
  categories: [...draft.categories],
  tags: [...draft.tags],
  attributes: Object.fromEntries(
    draft.attributes
      .filter(({ name }) => name.trim() !== '')
      .map(({ name, text }) => [name.trim(), attributeValue(text)]),
  ),
  price: draft.price.trim() === '' ? null : Number(draft.price),
  currency: orNull(draft.currency.toUpperCase()),
  imageUrl: orNull(draft.imageUrl),
  url: orNull(draft.url),
  publishedAt: draft.publishedAt,
  expiresAt: draft.expiresAt,
  status: draft.status,
});

/** A value that reads as a number, true, false, null or JSON is one; others are text. */
export function attributeValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.trim();
  }
}

/** How a value is typed: text that would read as something else stands in quotation marks. */
export const attributeText = (value: unknown): string =>
  typeof value === 'string' && attributeValue(value) === value ? value : JSON.stringify(value);

/** Whether the two would be stored as the same item. */
export const isSameItem = (a: ItemDraft, b: ItemDraft): boolean =>
  comparable(inputOfItem(a)) === comparable(inputOfItem(b));

const comparable = ({ attributes, ...item }: ReturnType<typeof inputOfItem>) =>
  JSON.stringify([item, Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))]);

/** Theirs with every field that was changed here, attribute by attribute: what a save over theirs stores. */
export function mergedItem(base: ItemDraft, mine: ItemDraft, theirs: ItemDraft): ItemDraft {
  const changed = (Object.keys(mine) as (keyof ItemDraft)[]).filter(
    (field) => field !== 'attributes' && JSON.stringify(mine[field]) !== JSON.stringify(base[field]),
  );
  const fields = Object.fromEntries(changed.map((field) => [field, mine[field]]));
  const [before, here, there] = [base, mine, theirs].map(
    ({ attributes }) => new Map(attributes.map(({ name, text }) => [name, text])),
  );
  const names = new Set([...(there?.keys() ?? []), ...(here?.keys() ?? [])]);
  const attributes = [...names].flatMap((name) => {
    const isMine = here?.get(name) !== before?.get(name);
    const text = isMine ? here?.get(name) : there?.get(name);
    return text === undefined ? [] : [{ name, text }];
  });
  return { ...theirs, ...fields, attributes };
}

/** Somebody else's item, as the API tells it when a save came too late; null when it does not look like one. */
export function itemOfConflict(
  current: Readonly<Record<string, unknown>> | undefined,
): { readonly item: ItemFields; readonly revision: string; readonly author: string | null } | null {
  const { item, revision, author } = current ?? {};
  if (typeof item !== 'object' || item === null || typeof revision !== 'string') return null;
  return {
    item: item as ItemFields,
    revision,
    author: typeof author === 'string' ? author : null,
  };
}

export type ItemProblem = 'empty' | 'price' | 'currency' | 'address' | 'order' | 'twice';

/** What a person can be told before the API is asked, by field. */
export function itemProblems(draft: ItemDraft): ReadonlyMap<keyof ItemDraft, ItemProblem> {
  const found = new Map<keyof ItemDraft, ItemProblem>();
  if (draft.id.trim() === '') found.set('id', 'empty');
  if (draft.title.trim() === '') found.set('title', 'empty');
  const price = Number(draft.price);
  if (draft.price.trim() !== '' && !(Number.isFinite(price) && price >= 0)) found.set('price', 'price');
  if (!/^([A-Z]{3})?$/.test(draft.currency.trim().toUpperCase())) found.set('currency', 'currency');
  for (const field of ['imageUrl', 'url'] as const) {
    const address = draft[field].trim();
    if (address !== '' && !(/^https?:\/\//i.test(address) && URL.canParse(address)))
      found.set(field, 'address');
  }
  const { publishedAt, expiresAt } = draft;
  if (publishedAt !== null && expiresAt !== null && Date.parse(publishedAt) >= Date.parse(expiresAt))
    found.set('expiresAt', 'order');
  const names = draft.attributes.map(({ name }) => name.trim()).filter((name) => name !== '');
  if (new Set(names).size < names.length) found.set('attributes', 'twice');
  return found;
}

/** The moment as a field of the reader's own time zone shows it. */
export function localMoment(iso: string | null): string {
  if (iso === null) return '';
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
