import type { ItemFilter } from '@kindling/domain';

const devices = ['desktop', 'mobile', 'tablet', 'tv', 'watch', 'car', 'console'];

/** One of a few words, whatever a caller sends: statistics are kept by it. */
export function deviceOf(device: string | null): string {
  if (device === null || device.trim() === '') return 'unknown';
  const word = device.trim().toLowerCase();
  return devices.includes(word) ? word : 'other';
}

/** The category that the list was asked for, the first of several; empty for a list over all of them. */
export function categoryOf(filter: ItemFilter | undefined): string {
  if (!filter) return '';
  if ('all' in filter) return filter.all.map(categoryOf).find((category) => category !== '') ?? '';
  if (!('field' in filter) || filter.field !== 'categories' || !('in' in filter)) return '';
  return String(filter.in[0] ?? '').slice(0, 100);
}
