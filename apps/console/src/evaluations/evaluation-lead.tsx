'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { Chart } from '@/design/chart/chart';
import { MarkLegend } from '@/design/chart/interval-mark';
import { IntervalPlot } from '@/design/chart/interval-plot';
import { Panel } from '@/design/panel';
import { Tag } from '@/design/tag';
import styles from '@/models/methods-plot.module.css';
import { useIntervalText } from '@/models/use-interval-text';
import { useMeasureText } from '@/models/use-measure-text';
import { type Lead, leadOf } from './lead';
import type { EvaluationResult } from './use-evaluations';
import { usePeopleText } from './use-people-text';

const look = {
  ahead: { shape: 'good', tone: 'good' },
  behind: { shape: 'bad', tone: 'bad' },
  open: { shape: 'diamond', tone: 'plain' },
} as const;
const leads: readonly Lead[] = ['ahead', 'behind', 'open'];
/** What the API compares methods by. */
const measure = 'ndcg@20';

/** How far what is served lies ahead of each other method, paired by person, and whether that may be chance. */
export function EvaluationLead({ results }: { readonly results: readonly EvaluationResult[] }) {
  const t = useTranslations('evaluations');
  const model = useTranslations('models');
  const format = useFormatter();
  const text = useMeasureText();
  const interval = useIntervalText();
  const peopleText = usePeopleText();
  const p = (value: number) =>
    value < 0.001 ? t('pSmall') : t('p', { p: format.number(value, { maximumFractionDigits: 3 }) });
  const compared = results
    .filter(({ comparisons }) => comparisons.length > 0)
    .map(({ split, comparisons, ...result }) => ({
      split,
      label: t(`split.${split}`),
      note: peopleText(result),
      rows: comparisons
        .map((one) => ({ ...one, lead: leadOf(one), name: text.method(one.method) }))
        .sort((a, b) => b.difference.mean - a.difference.mean),
    }));
  if (compared.length === 0) return null;
  const all = compared.flatMap(({ rows }) => rows);
  const count = (lead: Lead) => all.filter((one) => one.lead === lead).length;
  return (
    <Panel title={t('lead')} note={t('leadNote', { measure: text.name(measure) })}>
      <Chart
        label={t('leadChart', { measure: text.name(measure) })}
        summary={t('leadSummary', {
          all: all.length,
          ahead: count('ahead'),
          behind: count('behind'),
          open: count('open'),
        })}
        legend={
          <MarkLegend entries={leads.map((lead) => ({ shape: look[lead].shape, label: t(`is.${lead}`) }))} />
        }
        columns={[model('slices'), model('method'), model('difference'), t('pColumn'), t('isColumn')]}
        rows={compared.flatMap(({ label, rows }) =>
          rows.map(({ name, difference, p: value, lead }) => [
            label,
            name,
            `${interval.difference(difference)} ${interval.differenceRange(difference)}`,
            p(value),
            t(`is.${lead}`),
          ]),
        )}
      >
        <IntervalPlot
          reference={0}
          format={(value) => format.number(value, { maximumSignificantDigits: 3, signDisplay: 'exceptZero' })}
          textWidth={500}
          groups={compared.map(({ split, label, note, rows }) => ({
            id: split,
            label,
            note,
            lines: rows.map(({ method, name, difference, p: value, lead }) => ({
              id: method,
              shape: look[lead].shape,
              interval: difference,
              text: (
                <span className={styles.line}>
                  <span>{name}</span>
                  <span className={styles.end}>
                    <span>
                      <strong>{interval.difference(difference)}</strong>{' '}
                      {interval.differenceRange(difference)}
                    </span>
                    <Tag tone={look[lead].tone} title={p(value)}>
                      {t(`is.${lead}`)}
                    </Tag>
                  </span>
                </span>
              ),
            })),
          }))}
        />
      </Chart>
    </Panel>
  );
}
