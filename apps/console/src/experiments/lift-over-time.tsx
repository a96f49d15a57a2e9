'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { Chart } from '@/design/chart/chart';
import { LineChart } from '@/design/chart/line-chart';
import { Panel } from '@/design/panel';
import styles from './lift-over-time.module.css';
import type { Experiment, Results } from './use-experiments';
import { useMetricText } from './use-metric-text';

/** The lift of the primary metric as units came in, within the band that holds at every moment at once. */
export function LiftOverTime(props: { readonly experiment: Experiment; readonly results: Results }) {
  const { experiment, results } = props;
  const t = useTranslations('experiments');
  const text = useMetricText();
  const format = useFormatter();
  const primary = results.metrics.find(({ role }) => role === 'PRIMARY')?.metric;
  if (results.overTime.length === 0 || primary === undefined) return null;
  const day = (value: string) =>
    format.dateTime(new Date(value), { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return (
    <Panel title={t('overTime')} note={t('overTimeNote', { metric: text.name(primary) })}>
      <div className={styles.charts}>
        {experiment.variants.slice(1).map(({ key, name }) => {
          const points = results.overTime.filter(({ variant }) => variant === key);
          const last = points.at(-1);
          if (last === undefined) return null;
          const label = t('overTimeOf', { variant: name });
          const step = Math.max(1, Math.ceil(points.length / 6));
          const fading = results.novelty.find(({ variant }) => variant === key)?.fades === true;
          return (
            <Chart
              key={key}
              label={label}
              summary={
                <>
                  {t('overTimeSummary', {
                    variant: name,
                    day: day(last.day),
                    lift: text.lift(last.estimate),
                    range: text.range(last),
                    n: last.n,
                  })}{' '}
                  {fading ? t('fades') : null}
                </>
              }
              columns={[t('day'), t('units'), t('lift'), t('band')]}
              rows={points.map((point) => [
                day(point.day),
                format.number(point.n),
                text.lift(point.estimate),
                text.range(point),
              ])}
            >
              <LineChart
                zero
                format={text.lift}
                points={points.map((point) => ({
                  x: Date.parse(point.day),
                  y: point.estimate,
                  low: Math.max(-1, point.low),
                  high: Math.min(3, point.high),
                }))}
                xTicks={points
                  .filter((_, at) => at % step === 0)
                  .map((point) => ({ x: Date.parse(point.day), text: day(point.day) }))}
              />
            </Chart>
          );
        })}
      </div>
    </Panel>
  );
}
