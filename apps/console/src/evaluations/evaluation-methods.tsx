'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { parseAsString, useQueryState } from 'nuqs';
import { Panel } from '@/design/panel';
import { MethodsPlot } from '@/models/methods-plot';
import { MetricChoice } from '@/models/metric-choice';
import { metricsOf } from '@/models/metric-order';
import { useMeasureText } from '@/models/use-measure-text';
import { markOf, marks } from './method-mark';
import type { EvaluationResult } from './use-evaluations';
import { usePeopleText } from './use-people-text';

/** Every method by a measure that is chosen, on the same people and splits. */
export function EvaluationMethods({ results }: { readonly results: readonly EvaluationResult[] }) {
  const t = useTranslations('evaluations');
  const format = useFormatter();
  const text = useMeasureText();
  const peopleText = usePeopleText();
  const [name, setName] = useQueryState('metric', parseAsString.withDefault('ndcg@20'));
  const names = metricsOf(results.flatMap(({ rows }) => rows));
  const chosen = names.includes(name) ? name : (names[0] ?? name);
  const groups = results.map(({ split, rows, ...result }) => ({
    id: split,
    label: t(`split.${split}`),
    note: peopleText(result),
    rows: rows.flatMap((row) => {
      const value = row.metrics.find((metric) => metric.name === chosen)?.value;
      return value === undefined
        ? []
        : [{ method: text.method(row.method), value, shape: markOf(row), isOwn: row.isDefault }];
    }),
  }));
  const highest = groups.filter(({ rows }) => {
    const own = rows.find(({ isOwn }) => isOwn);
    return own !== undefined && rows.every(({ value }) => own.value.mean >= value.mean);
  });
  return (
    <Panel
      title={t('methods')}
      note={t('methodsNote')}
      action={<MetricChoice names={names} value={chosen} onChange={(value) => void setName(value)} />}
    >
      <MethodsPlot
        label={t('methodsChart', { measure: text.name(chosen) })}
        summary={`${text.help(chosen)} ${
          highest.length === 0
            ? t('highestNowhere')
            : t('highestIn', { splits: format.list(highest.map(({ label }) => label)) })
        }`}
        measure={text.name(chosen)}
        legend={marks.map(({ kind, shape }) => ({ shape, label: t(`kind.${kind}`) }))}
        groups={groups}
      />
    </Panel>
  );
}
