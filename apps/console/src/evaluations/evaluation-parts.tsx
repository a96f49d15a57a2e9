'use client';
import { useTranslations } from 'next-intl';
import { Panel } from '@/design/panel';
import { textOr } from '@/i18n/text-or';
import { ComparedIntervals, useAheadText } from '@/models/compared-intervals';
import { useMeasureText } from '@/models/use-measure-text';
import { partsOf } from './evaluation-part';
import styles from './evaluations.module.css';
import { markOf } from './method-mark';
import type { EvaluationResult } from './use-evaluations';

/** How what is served does as it gets to know somebody: by how many events are known, or by which cards were answered. */
export function EvaluationParts({ results }: { readonly results: readonly EvaluationResult[] }) {
  const t = useTranslations('evaluations');
  const model = useTranslations('models');
  const text = useMeasureText();
  const ahead = useAheadText();
  const charts = results.flatMap((result) => {
    const { measure, methods, parts } = partsOf(result);
    return parts.length === 0 || measure === null ? [] : [{ split: result.split, measure, methods, parts }];
  });
  if (charts.length === 0) return null;
  const partText = (part: string) => {
    const [, events] = /^k=(\d+)$/.exec(part) ?? [];
    return events === undefined
      ? textOr(t, `part.${part}`, part)
      : t('eventsKnown', { count: Number(events) });
  };
  return (
    <Panel title={t('parts')} note={t('partsNote')}>
      <div className={styles.parts}>
        {charts.map(({ split, measure, methods, parts }) => {
          const series = methods.map((row) => ({
            id: row.method,
            label: text.method(row.method),
            shape: markOf(row),
          }));
          const groups = parts.map(({ part, values }) => ({ id: part, label: partText(part), values }));
          const [own, rival] = [series[0], series.at(-1)];
          return (
            <ComparedIntervals
              key={split}
              label={t('partsChart', { split: t(`split.${split}`), measure: text.name(measure) })}
              summary={
                own === undefined || rival === undefined || own === rival
                  ? text.help(measure)
                  : `${t('partsSummary', { split: t(`split.${split}`), measure: text.name(measure) })} ${ahead(groups, own.id, rival)}`
              }
              by={model('slices')}
              series={series}
              groups={groups}
            />
          );
        })}
      </div>
    </Panel>
  );
}
