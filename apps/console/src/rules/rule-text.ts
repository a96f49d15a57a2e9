'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { formNode } from '@/form/form-node';
import { asObject } from '@/form/form-value';
import { useFilterText } from '@/form/use-filter-text';
import { usePickable, useRuleKinds } from './use-rules';

export interface RuleFact {
  readonly kind: 'placements' | 'window' | 'profile' | 'items';
  readonly text: string;
}

/** Rules in words: what one does, and when, for whom and on which items it acts. */
export function useRuleText() {
  const t = useTranslations('rules');
  const format = useFormatter();
  const filterText = useFilterText();
  const kinds = useRuleKinds().data?.ruleKinds ?? [];
  const pickable = usePickable().data;
  const placementName = (key: string) => pickable?.placements.find((one) => one.key === key)?.name ?? key;
  const segmentName = (key: string) => pickable?.segments.nodes.find((one) => one.key === key)?.label ?? key;
  const list = (texts: readonly string[]) => format.list(texts, { type: 'conjunction' });
  const any = (texts: readonly string[]) => format.list(texts, { type: 'disjunction' });

  const kindLabel = (kind: string) => kinds.find((one) => one.kind === kind)?.label ?? kind;

  /** Its arguments: "Weight 0.3 points · …", by the labels of its form. */
  const effect = (kind: string, given: unknown): string => {
    const form = formNode(kinds.find((one) => one.kind === kind)?.form);
    if (form.kind !== 'object') return '';
    return form.fields
      .flatMap(({ name, node }) => {
        const value = asObject(given)[name];
        if (value === undefined) return [];
        const options = node.kind === 'choice' || node.kind === 'choices' ? node.options : [];
        const word = (one: unknown) => {
          if (typeof one === 'number') return format.number(one);
          return options.find((option) => option.value === one)?.label ?? String(one);
        };
        const text = Array.isArray(value) ? value.map(word).join(' → ') : word(value);
        return [[node.label, text, node.unit].filter((part) => part !== '').join(' ')];
      })
      .join(' · ');
  };

  const moment = (local: unknown) =>
    typeof local === 'string' && !Number.isNaN(Date.parse(`${local}Z`))
      ? format.dateTime(new Date(`${local}Z`), {
          dateStyle: 'medium',
          timeStyle: 'short',
          timeZone: 'UTC',
        })
      : null;

  const windowText = (given: unknown): string => {
    const window = asObject(given);
    const [from, until] = [moment(window['from']), moment(window['until'])];
    const days = texts(window['weekdays']).map((day) => t(`weekdays.${day as 'MON'}`));
    const hours = asObject(window['hours']);
    const span =
      from !== null && until !== null
        ? t('span', { from, until })
        : from !== null
          ? t('spanFrom', { from })
          : until !== null
            ? t('spanUntil', { until })
            : null;
    return [
      span,
      days.length === 0 ? null : list(days),
      hours['from'] === undefined ? null : `${String(hours['from'])}–${String(hours['until'] ?? '')}`,
      typeof window['timeZone'] === 'string' ? window['timeZone'] : null,
    ]
      .filter((part) => part !== null)
      .join(', ');
  };

  /** One text for each part of a condition that is given. */
  const facts = (condition: unknown): readonly RuleFact[] => {
    const { placements, window, profile, items } = asObject(condition);
    const who = asObject(profile);
    const which = asObject(items);
    const newer = which['newerThanDays'];
    const found: readonly (readonly [RuleFact['kind'], string | null])[] = [
      ['placements', texts(placements).length === 0 ? null : list(texts(placements).map(placementName))],
      ['window', window === undefined ? null : windowText(window)],
      ['profile', texts(who['segments']).length === 0 ? null : any(texts(who['segments']).map(segmentName))],
      ['profile', filterText(who['matches'])],
      ['items', filterText(which['matches'])],
      [
        'items',
        texts(which['coldness']).length === 0
          ? null
          : t('itemsOf', {
              coldness: any(texts(which['coldness']).map((one) => t(`coldness.${one as 'COLD'}`))),
            }),
      ],
      ['items', typeof newer === 'number' ? t('newerThan', { days: newer }) : null],
    ];
    return found.flatMap(([kind, text]) => (text === null || text === '' ? [] : [{ kind, text }]));
  };

  return { kindLabel, effect, facts };
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
