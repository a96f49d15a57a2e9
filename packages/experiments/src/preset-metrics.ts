import { type Metric, metricSchema } from './metric.js';

/** What every catalogue can measure from the first day. A catalogue's own metric of the same key replaces one. */
export const presetMetrics: readonly Metric[] = [
  {
    key: 'click-through',
    name: 'Click-through of the lists',
    kind: 'RATIO' as const,
    events: ['CLICK' as const],
    denominator: ['IMPRESSION' as const],
    attribution: 'RECOMMENDATION' as const,
    windowHours: 24,
  },
  { key: 'clicks', name: 'Clicks a profile', kind: 'COUNT' as const, events: ['CLICK' as const], cap: 1_000 },
  {
    key: 'list-clicks',
    name: 'Clicks on the lists of the experiment',
    kind: 'COUNT' as const,
    events: ['CLICK' as const],
    attribution: 'RECOMMENDATION' as const,
    windowHours: 24,
    cap: 1_000,
  },
  {
    key: 'click-conversion',
    name: 'Clicked at all',
    kind: 'CONVERSION' as const,
    events: ['CLICK' as const],
  },
  { key: 'conversion', name: 'Bought', kind: 'CONVERSION' as const, events: ['PURCHASE' as const] },
  { key: 'revenue', name: 'Revenue a profile', kind: 'REVENUE' as const, events: ['PURCHASE' as const] },
  {
    key: 'new-item-clicks',
    name: 'Clicks on items of the last 14 days',
    kind: 'COUNT' as const,
    events: ['CLICK' as const],
    newItemDays: 14,
    cap: 1_000,
  },
  {
    key: 'time-to-first-click',
    name: 'Seconds to the first click',
    kind: 'TIME_TO_FIRST' as const,
    events: ['CLICK' as const],
    windowHours: 24,
    better: 'LOWER' as const,
  },
  {
    key: 'retention-week',
    name: 'Came back in the second week',
    kind: 'RETENTION' as const,
    events: ['VIEW' as const, 'CLICK' as const, 'SEARCH' as const, 'PURCHASE' as const, 'DWELL' as const],
    fromHours: 7 * 24,
    windowHours: 14 * 24,
  },
  {
    key: 'rejections',
    name: 'Items disliked or hidden',
    kind: 'COUNT' as const,
    events: ['DISLIKE' as const, 'HIDE' as const],
    cap: 100,
    better: 'LOWER' as const,
  },
].map((metric) => ({ ...metricSchema.parse(metric), version: 1 }));
