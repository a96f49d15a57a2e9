'use client';
import { Anchor } from '@mantine/core';
import Link from 'next/link';
import { useFormatter, useNow, useTranslations } from 'next-intl';
import { Panel } from '@/design/panel';
import styles from './model-table.module.css';
import { GateTag, ModelStatusTag } from './model-tags';
import type { ListedModel } from './use-models';

/** Every version, newest first: what the gate said of it, and its quality on each slice with the interval. */
export function ModelTable({ models }: { readonly models: readonly ListedModel[] }) {
  const t = useTranslations('models');
  const format = useFormatter();
  const now = useNow({ updateInterval: 60_000 });
  const number = (value: number) =>
    format.number(value, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  return (
    <Panel title={t('versions')} note={t('versionsNote')} flush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that may scroll must be reachable by keyboard */}
      <section className={styles.frame} aria-label={t('versions')} tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('version')}</th>
              <th scope="col">{t('state')}</th>
              <th scope="col">{t('gate')}</th>
              {(['COLD_ITEMS', 'COLD_USERS', 'WARM'] as const).map((slice) => (
                <th key={slice} scope="col" className={styles.numeric}>
                  {t(`slice.${slice}`)}
                  <span className={styles.unit}>{metricName(models)}</span>
                </th>
              ))}
              <th scope="col" className={styles.numeric}>
                {t('trained')}
              </th>
            </tr>
          </thead>
          <tbody>
            {models.map((model) => (
              <tr key={model.id}>
                <th scope="row">
                  <Anchor component={Link} href={`/models/${model.id}`} fw={600}>
                    {t('number', { number: model.number })}
                  </Anchor>
                </th>
                <td>
                  <ModelStatusTag status={model.status} />
                </td>
                <td>
                  <GateTag verdict={model.gate.verdict} />
                </td>
                {(['COLD_ITEMS', 'COLD_USERS', 'WARM'] as const).map((slice) => {
                  const value = model.metrics
                    .find((one) => one.slice === slice)
                    ?.metrics.find(({ name }) => name === model.gate.metric)?.value;
                  return (
                    <td key={slice} className={styles.numeric}>
                      {value === undefined ? (
                        '–'
                      ) : (
                        <>
                          {number(value.mean)}
                          <span className={styles.unit}>
                            {t('interval', { low: number(value.low), high: number(value.high) })}
                          </span>
                        </>
                      )}
                    </td>
                  );
                })}
                <td className={styles.numeric}>
                  <time dateTime={model.createdAt}>
                    {format.relativeTime(new Date(model.createdAt), now)}
                  </time>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}

const metricName = (models: readonly ListedModel[]) => models[0]?.gate.metric.toUpperCase() ?? '';
