'use client';
import { Skeleton } from '@mantine/core';
import { IconCpu, IconServerBolt } from '@tabler/icons-react';
import { useFormatter, useTranslations } from 'next-intl';
import { Panel } from '@/design/panel';
import type { OverviewQuery } from '@/generated/graphql';
import styles from './engine-panel.module.css';

/** Which model reads the items, on what it really runs, and where its vectors are searched. */
export function EnginePanel({ embedding }: { readonly embedding: OverviewQuery['overview']['embedding'] }) {
  const t = useTranslations('overview');
  const format = useFormatter();
  const engine = embedding.indexEngine === 'qdrant' ? t('engineQdrant') : t('engineEmbedded');
  return (
    <Panel title={t('engines')} note={t('enginesNote')}>
      <dl className={styles.list}>
        <div className={styles.row}>
          <IconCpu size={20} stroke={1.6} aria-hidden />
          <div>
            <dt>{t('encoder')}</dt>
            <dd>
              {embedding.model}
              <span> · {t('dimensions', { count: format.number(embedding.dimensions) })}</span>
            </dd>
            <dd className={styles.note}>{embedding.deviceNote}</dd>
          </div>
        </div>
        <div className={styles.row}>
          <IconServerBolt size={20} stroke={1.6} aria-hidden />
          <div>
            <dt>{t('index')}</dt>
            <dd>{engine}</dd>
          </div>
        </div>
      </dl>
    </Panel>
  );
}

export function EnginePanelSkeleton() {
  return (
    <Panel title={<Skeleton height={18} width={160} />}>
      <Skeleton height={132} />
    </Panel>
  );
}
