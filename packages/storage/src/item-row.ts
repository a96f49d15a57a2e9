import { hash } from 'node:crypto';
import { type Item, itemId, itemNumber, type StoredItem } from '@kindling/domain';

/** Columns of `item` that make up a StoredItem, in the form that `storedItem` reads. */
export const itemColumns = `item.number::float8 AS number, item.id, item.title, item.description, item.categories, item.tags,
  item.attributes, item.price, item.currency, item.image_url, item.url, item.published_at, item.expires_at,
  item.status, item.created_at`;

/** Where each field that its owner can change is stored. */
export const itemFieldColumns: Readonly<Record<Exclude<keyof Item, 'id'>, string>> = {
  title: 'title',
  description: 'description',
  categories: 'categories',
  tags: 'tags',
  attributes: 'attributes',
  price: 'price',
  currency: 'currency',
  imageUrl: 'image_url',
  url: 'url',
  publishedAt: 'published_at',
  expiresAt: 'expires_at',
  status: 'status',
};

export interface ItemColumns {
  readonly number: number;
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly categories: string[];
  readonly tags: string[];
  readonly attributes: StoredItem['attributes'];
  readonly price: number | null;
  readonly currency: string | null;
  readonly image_url: string | null;
  readonly url: string | null;
  readonly published_at: Date | null;
  readonly expires_at: Date | null;
  readonly status: StoredItem['status'];
  readonly created_at: Date;
}

export function storedItem(row: ItemColumns): StoredItem {
  return {
    number: itemNumber(row.number),
    id: itemId(row.id),
    title: row.title,
    description: row.description,
    categories: row.categories,
    tags: row.tags,
    attributes: row.attributes,
    price: row.price,
    currency: row.currency,
    imageUrl: row.image_url,
    url: row.url,
    publishedAt: row.published_at,
    expiresAt: row.expires_at,
    status: row.status,
    createdAt: row.created_at,
  };
}

/**
 * Tells whether a row of a file would change the stored item: equal hashes, equal items. Attributes are taken
 * with their names sorted, because jsonb does not keep their order.
 */
export function itemRowHash(item: Item): string {
  const names = Object.keys(item.attributes).sort();
  return hash(
    'sha256',
    JSON.stringify([
      item.title,
      item.description,
      item.categories,
      item.tags,
      names,
      names.map((name) => item.attributes[name]),
      item.price,
      item.currency,
      item.imageUrl,
      item.url,
      item.publishedAt,
      item.expiresAt,
      item.status,
    ]),
    'base64url',
  );
}
