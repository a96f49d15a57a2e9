'use client';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { Chart } from '@/design/chart/chart';
import { scaleOf } from '@/design/chart/scale';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import styles from './exploration-tab.module.css';
import { type Calibration, calibrationOptions } from './use-calibration';

const width = 420;
const height = 300;
const margin = { left: 46, right: 12, top: 10, bottom: 30 };

/** Whether what is expected of an item on its first day comes true. */
export function CalibrationPanel() {
  const t = useTranslations('exploration');
  const format = useFormatter();
  const query = useQuery(calibrationOptions);
  const percent = (value: number) => format.number(value, { style: 'percent', maximumFractionDigits: 1 });
  return (
    <Panel title={t('calibration')} note={t('calibrationNote')}>
      <QueryView query={query} skeleton={<Skeleton height={320} />}>
        {(calibration) =>
          calibration.bins.length === 0 ? (
            <p className={styles.none}>{t('calibrationNone')}</p>
          ) : (
            <Chart
              label={t('calibration')}
              summary={t('calibrationSummary', {
                error: percent(calibration.calibrationError),
                items: calibration.items,
                impressions: calibration.impressions,
              })}
              columns={[t('expected'), t('observed'), t('from'), t('to'), t('items'), t('impressions')]}
              rows={calibration.bins.map((bin) => [
                percent(bin.expected),
                percent(bin.observed),
                percent(bin.low),
                percent(bin.high),
                format.number(bin.items),
                format.number(bin.impressions),
              ])}
            >
              <Drawing calibration={calibration} percent={percent} />
            </Chart>
          )
        }
      </QueryView>
    </Panel>
  );
}

/** Expected rates across, observed ones up; on the diagonal they are the same. */
function Drawing(props: { readonly calibration: Calibration; readonly percent: (value: number) => string }) {
  const t = useTranslations('exploration');
  const { bins } = props.calibration;
  const scale = scaleOf([0, ...bins.flatMap(({ expected, high }) => [expected, high])], 4);
  const x = (value: number) => margin.left + scale.place(value) * (width - margin.left - margin.right);
  const y = (value: number) =>
    height - margin.bottom - scale.place(value) * (height - margin.top - margin.bottom);
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      className={styles.calibration}
      focusable="false"
      aria-hidden="true"
    >
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <line x1={x(scale.low)} x2={x(scale.high)} y1={y(tick)} y2={y(tick)} className={styles.gridLine} />
          <text x={margin.left - 8} y={y(tick) + 4} textAnchor="end" className={styles.tick}>
            {props.percent(tick)}
          </text>
          <text x={x(tick)} y={height - 12} textAnchor="middle" className={styles.tick}>
            {props.percent(tick)}
          </text>
        </g>
      ))}
      <line
        x1={x(scale.low)}
        y1={y(scale.low)}
        x2={x(scale.high)}
        y2={y(scale.high)}
        className={styles.diagonal}
      />
      {bins.map((bin) => (
        <g key={bin.expected}>
          <line
            x1={x(bin.expected)}
            x2={x(bin.expected)}
            y1={y(bin.low)}
            y2={y(bin.high)}
            className={styles.whisker}
          />
          <circle cx={x(bin.expected)} cy={y(bin.observed)} r={5} className={styles.point} />
        </g>
      ))}
      <text x={width - margin.right} y={height - 34} textAnchor="end" className={styles.tick}>
        {t('axisExpected')}
      </text>
      <text x={margin.left + 6} y={margin.top + 10} className={styles.tick}>
        {t('axisObserved')}
      </text>
    </svg>
  );
}
