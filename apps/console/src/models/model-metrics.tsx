'use client';
import { useTranslations } from 'next-intl';
import { parseAsString, useQueryState } from 'nuqs';
import type { MarkShape } from '@/design/chart/interval-mark';
import { Panel } from '@/design/panel';
import { type ComparedGroup, ComparedIntervals, useAheadText } from './compared-intervals';
import { MetricChoice } from './metric-choice';
import { byLikes, metricOf, metricsOf, type Series, seriesOf } from './metric-order';
import { useMeasureText } from './use-measure-text';
import type { Model } from './use-models';

const shapes: Record<Series, MarkShape> = { value: 'disc', active: 'ring', untrained: 'diamond' };

/** How good the version is on people and items it was not trained with, beside what served then and beside none. */
export function ModelMetrics({ model }: { readonly model: Model }) {
  const t = useTranslations('models');
  const text = useMeasureText();
  const [name, setName] = useQueryState('metric', parseAsString.withDefault(model.gate.metric));
  const names = metricsOf(model.metrics);
  const chosen = names.includes(name) ? name : (names[0] ?? name);
  const likes = byLikes(model.metrics);
  return (
    <Panel
      title={t('quality')}
      note={t('qualityNote')}
      action={<MetricChoice names={names} value={chosen} onChange={(value) => void setName(value)} />}
    >
      <Compared
        label={t('qualityChart', { metric: text.name(chosen) })}
        help={text.help(chosen)}
        groups={model.metrics.flatMap(({ slice, people, metrics }) => {
          const metric = metricOf(metrics, chosen);
          return metric === undefined
            ? []
            : [{ id: slice, label: t(`slice.${slice}`), note: t('peopleCount', { count: people }), metric }];
        })}
      />
      {likes.length === 0 ? null : (
        <div style={{ marginTop: 28 }}>
          <Compared
            label={t('likesChart')}
            help={t('likesHelp')}
            groups={likes.map(({ likes: count, metric }) => ({
              id: String(count),
              label: t('likes', { count }),
              metric,
            }))}
          />
        </div>
      )}
    </Panel>
  );
}

function Compared(props: {
  readonly label: string;
  readonly help: string;
  readonly groups: readonly (Omit<ComparedGroup, 'values'> & {
    readonly metric: Model['metrics'][number]['metrics'][number];
  })[];
}) {
  const t = useTranslations('models');
  const ahead = useAheadText();
  const series = seriesOf(props.groups.map(({ metric }) => metric));
  const groups = props.groups.map(({ metric, ...group }) => ({
    ...group,
    values: new Map(
      series.flatMap((id) => {
        const interval = metric[id];
        return interval == null ? [] : [[id, interval] as const];
      }),
    ),
  }));
  const rival = series.includes('active') ? 'active' : 'untrained';
  return (
    <ComparedIntervals
      label={props.label}
      summary={`${props.help} ${ahead(groups, 'value', { id: rival, label: t(`series.${rival}`) })}`}
      by={t('slices')}
      series={series.map((id) => ({ id, label: t(`series.${id}`), shape: shapes[id] }))}
      groups={groups}
    />
  );
}
