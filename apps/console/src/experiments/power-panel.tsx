'use client';
import { Button, Skeleton } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { Chart } from '@/design/chart/chart';
import { LineChart } from '@/design/chart/line-chart';
import { Figure, Figures } from '@/design/figure';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import type { PowerInput } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import styles from './power-panel.module.css';
import { useMetricText } from './use-metric-text';

const powerEstimateQuery = graphql(`
  query PowerEstimate($input: PowerInput!) {
    powerEstimate(input: $input) {
      metric { ...MetricFields }
      units mean unitsPerDay unitsPerArm days power
      byDays { days minimumDetectableLift }
    }
  }
`);
const peekingCheckQuery = graphql(`
  query PeekingCheck($input: PeekingCheckInput!) {
    peekingCheck(input: $input) { runs looks sequential fixedHorizon }
  }
`);

/** Whether the placements' own traffic can find the lift, in how many days, and what less time would find. */
export function PowerPanel(props: {
  /** Null while the form lacks a placement or a metric. */
  readonly input: PowerInput | null;
  /** Lists of two rankings have no past to plan by. */
  readonly isDrafted: boolean;
  readonly onTake: (plan: { readonly days: number; readonly unitsPerArm: number }) => void;
}) {
  const { input } = props;
  const t = useTranslations('experiments');
  const format = useFormatter();
  const text = useMetricText();
  const query = useQuery({
    queryKey: ['power', input],
    queryFn: async ({ signal }) => {
      if (input === null) throw new Error('asked without a question');
      return (await request(powerEstimateQuery, { input }, signal)).powerEstimate;
    },
    enabled: input !== null,
    placeholderData: (before) => before,
  });
  const peeking = useMutation({
    mutationFn: async (question: PowerInput) => {
      const { metric, unit, placements, alpha } = question;
      const input = { metric, unit: unit ?? null, placements, alpha: alpha ?? null };
      return (await request(peekingCheckQuery, { input })).peekingCheck;
    },
  });
  const percent = (value: number) => format.number(value, { style: 'percent', maximumFractionDigits: 1 });
  return (
    <Panel title={t('power')} note={t('powerNote')} className={styles.panel ?? ''}>
      {input === null ? (
        <p className={styles.soft}>{t(props.isDrafted ? 'powerDrafted' : 'powerWaits')}</p>
      ) : (
        <QueryView query={query} skeleton={<Skeleton height={420} />}>
          {(estimate) => {
            const { days, unitsPerArm } = estimate;
            const points = estimate.byDays.flatMap(({ days: x, minimumDetectableLift: y }) =>
              y == null ? [] : [{ x, y }],
            );
            const lift = input.lift ?? 0.05;
            if (estimate.units === 0) return <p className={styles.soft}>{t('noTraffic')}</p>;
            return (
              <div className={styles.parts} aria-busy={query.isPlaceholderData}>
                <Figures>
                  <Figure
                    label={t('needs')}
                    value={days == null ? '–' : t('daysCount', { count: days })}
                    note={days == null ? t('cannotFind') : undefined}
                  />
                  <Figure
                    label={t('unitsNeeded')}
                    value={unitsPerArm == null ? '–' : format.number(unitsPerArm, { notation: 'compact' })}
                    unit={t('perArm')}
                    note={t('perDay', { count: Math.round(estimate.unitsPerDay) })}
                  />
                </Figures>
                <p className={styles.soft}>
                  {t('baseline', {
                    metric: text.name(estimate.metric),
                    value: text.value(estimate.metric, estimate.mean),
                    units: estimate.units,
                  })}
                </p>
                {days == null || unitsPerArm == null ? null : (
                  <Button
                    variant="default"
                    size="xs"
                    onClick={() => props.onTake({ days: Math.min(365, days), unitsPerArm })}
                  >
                    {t('takePlan')}
                  </Button>
                )}
                {points.length < 2 ? null : (
                  <Chart
                    label={t('mdeChart')}
                    summary={
                      points.some(({ y }) => y <= lift)
                        ? t('mdeSummary', {
                            lift: percent(lift),
                            days: points.find(({ y }) => y <= lift)?.x ?? 0,
                          })
                        : t('mdeNever', { lift: percent(lift), days: points.at(-1)?.x ?? 0 })
                    }
                    columns={[t('duration'), t('smallestLift')]}
                    rows={points.map(({ x, y }) => [t('daysCount', { count: x }), text.lift(y)])}
                  >
                    <LineChart
                      format={percent}
                      zero
                      points={points.map(({ x, y }) => ({ x, y: Math.min(2, y) }))}
                      references={[{ y: lift, text: t('wanted', { lift: percent(lift) }) }]}
                      xTicks={[7, 14, 28, 42, 56].map((x) => ({ x, text: format.number(x) }))}
                    />
                    <p className={styles.axis}>{t('daysAxis')}</p>
                  </Chart>
                )}
                <div className={styles.peeking}>
                  <p className={styles.soft}>{t('peekingText')}</p>
                  {peeking.error === null ? null : <ProblemNotice failure={asFailure(peeking.error)} />}
                  {peeking.data === undefined ? null : (
                    <p aria-live="polite">
                      {t('peekingResult', {
                        runs: peeking.data.runs,
                        looks: peeking.data.looks,
                        sequential: percent(peeking.data.sequential),
                        fixed: percent(peeking.data.fixedHorizon),
                      })}
                    </p>
                  )}
                  <Button
                    variant="default"
                    size="xs"
                    loading={peeking.isPending}
                    onClick={() => peeking.mutate(input)}
                  >
                    {t('peeking')}
                  </Button>
                </div>
              </div>
            );
          }}
        </QueryView>
      )}
    </Panel>
  );
}
