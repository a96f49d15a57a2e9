'use client';
import { useTranslations } from 'next-intl';

const itemTexts = ['id', 'description', 'categories', 'tags', 'attributes', 'price', 'url'] as const;
const formTexts = ['title', 'currency', 'imageUrl', 'status'] as const;

/** What a field of an item is called on the page; one that is not known keeps its name. */
export function useItemFieldLabel(): (field: string) => string {
  const item = useTranslations('item');
  const form = useTranslations('itemForm');
  return (field) => {
    if (field === 'publishedAt') return item('published');
    if (field === 'expiresAt') return item('expires');
    const ofItem = itemTexts.find((one) => one === field);
    if (ofItem !== undefined) return item(ofItem);
    const ofForm = formTexts.find((one) => one === field);
    return ofForm === undefined ? field : form(ofForm);
  };
}

/** An object with its fields called as the page calls them. */
export function useItemLabels(): (fields: object) => object {
  const label = useItemFieldLabel();
  return (fields) =>
    Object.fromEntries(Object.entries(fields).map(([field, value]) => [label(field), value]));
}
