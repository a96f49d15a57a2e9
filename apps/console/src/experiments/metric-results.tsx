'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { Chart } from '@/design/chart/chart';
import type { MarkShape } from '@/design/chart/interval-mark';
import { IntervalPlot } from '@/design/chart/interval-plot';
import { Tag, type Tone } from '@/design/tag';
import styles from './metric-results.module.css';
import { liftOf, readingOf, type Verdict, verdictOf } from './metric-verdict';
import type { Comparison, Experiment, MetricResult, Reading, Results } from './use-experiments';
import { useMetricText } from './use-metric-text';

const shapes: Record<Verdict, MarkShape> = {
  better: 'good',
  safe: 'good',
  worse: 'bad',
  harmed: 'bad',
  open: 'diamond',
  watch: 'diamond',
  unreadable: 'diamond',
};
const tones: Record<Verdict, Tone> = {
  better: 'good',
  safe: 'good',
  worse: 'bad',
  harmed: 'bad',
  open: 'plain',
  watch: 'warming',
  unreadable: 'plain',
};

/** Every metric: the values of the arms, and the lift over the control with its interval and what it says. */
export function MetricResults(props: {
  readonly experiment: Experiment;
  readonly results: Results;
  readonly reading: Reading;
}) {
  const { experiment, results, reading } = props;
  const t = useTranslations('experiments');
  const text = useMetricText();
  const format = useFormatter();
  const nameOf = (key: string) => experiment.variants.find((variant) => variant.key === key)?.name ?? key;
  const several = experiment.variants.length > 2;
  const decisive = readingOf(experiment.stopping?.rule);
  const detail = (comparison: Comparison) => {
    const lift = liftOf(comparison, reading);
    if (lift?.chanceToWin != null && lift.expectedLoss != null) {
      return t('chance', {
        chance: format.number(lift.chanceToWin, { style: 'percent' }),
        loss: format.number(lift.expectedLoss, { style: 'percent', maximumSignificantDigits: 2 }),
      });
    }
    const p = lift === comparison.decisive ? comparison.adjustedP : lift?.p;
    return p == null
      ? ''
      : p < 0.001
        ? t('pSmall')
        : t('p', { p: format.number(p, { maximumFractionDigits: 3 }) });
  };
  const marginOf = ({ role, metric }: MetricResult) =>
    role === 'GUARDRAIL' ? experiment.guardrails.find((one) => one.metric === metric.key)?.margin : undefined;
  const noteOf = (result: MetricResult) => {
    const margin = marginOf(result);
    const values = result.arms.map(({ value }) => text.value(result.metric, value)).join(' → ');
    return margin === undefined
      ? `${t(`role.${result.role}`)} · ${values}`
      : `${t('guardrailMargin', { margin: format.number(margin, { style: 'percent' }) })} · ${values}`;
  };
  const primary = results.metrics.find(({ role }) => role === 'PRIMARY');
  return (
    <Chart
      label={t('resultsChart')}
      summary={
        <>
          {primary?.comparisons.map((comparison) => {
            const lift = liftOf(comparison, reading);
            return lift === null ? null : (
              <span key={comparison.variant}>
                {t('resultSummary', {
                  metric: text.name(primary.metric),
                  variant: nameOf(comparison.variant),
                  lift: text.lift(lift.estimate),
                  range: text.range(lift),
                })}{' '}
              </span>
            );
          })}
          {t(`readingHelp.${reading}`, { level: format.number(1 - experiment.alpha, { style: 'percent' }) })}{' '}
          {reading === decisive ? null : t('readingDecides', { reading: t(`readingOf.${decisive}`) })}
        </>
      }
      columns={[
        t('metricColumn'),
        ...experiment.variants.map(({ name }) => name),
        ...results.units.slice(1).map(({ variant }) => t('liftOf', { variant: nameOf(variant) })),
        t('verdictColumn'),
      ]}
      rows={results.metrics.map((result) => [
        `${text.name(result.metric)} (${t(`role.${result.role}`)})`,
        ...result.arms.map(({ value }) => text.value(result.metric, value)),
        ...result.comparisons.map((comparison) => {
          const lift = liftOf(comparison, reading);
          return lift === null
            ? t('unreadable')
            : `${text.lift(lift.estimate)} ${text.range(lift)} ${detail(comparison)}`;
        }),
        result.comparisons.map((comparison) => t(`verdict.${verdictOf(result, comparison)}`)).join(', '),
      ])}
    >
      <IntervalPlot
        reference={0}
        bounds={[-1, 2]}
        textWidth={330}
        format={text.lift}
        groups={results.metrics.map((result) => ({
          id: `${result.role} ${result.metric.key} ${result.metric.version}`,
          label: text.name(result.metric),
          note: noteOf(result),
          lines: result.comparisons.map((comparison) => {
            const lift = liftOf(comparison, reading);
            const verdict = verdictOf(result, comparison);
            return {
              id: comparison.variant,
              shape: shapes[verdict],
              interval: lift === null ? null : { mean: lift.estimate, low: lift.low, high: lift.high },
              text: (
                <span className={styles.text}>
                  <span className={styles.numbers}>
                    {several ? `${nameOf(comparison.variant)} ` : null}
                    {lift === null ? (
                      t('unreadable')
                    ) : (
                      <>
                        <strong>{text.lift(lift.estimate)}</strong> {text.range(lift)}
                      </>
                    )}
                  </span>
                  <Tag tone={tones[verdict]} title={detail(comparison)}>
                    {t(`verdict.${verdict}`)}
                  </Tag>
                </span>
              ),
            };
          }),
        }))}
      />
    </Chart>
  );
}
