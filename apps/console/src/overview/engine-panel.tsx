'use client';
import { Skeleton } from '@mantine/core';
import { IconCpu, IconServerBolt, IconVersions } from '@tabler/icons-react';
import { useFormatter, useTranslations } from 'next-intl';
import { Panel } from '@/design/panel';
import type { OverviewQuery } from '@/generated/graphql';
import { textOr } from '@/i18n/text-or';
import styles from './engine-panel.module.css';

/** Which model reads the items, on what it really runs, and where its vectors are searched. */
export function EnginePanel({ overview }: { readonly overview: OverviewQuery['overview'] }) {
  const { embedding, versions, items } = overview;
  const t = useTranslations('overview');
  const format = useFormatter();
  const engine = embedding.indexEngine === 'qdrant' ? t('engineQdrant') : t('engineEmbedded');
  const device = embedding.device == null ? null : textOr(t, `device.${embedding.device}`, embedding.device);
  return (
    <Panel title={t('engines')} note={t('enginesNote')}>
      <dl className={styles.list}>
        <div className={styles.row}>
          <dt>
            <IconCpu size={20} stroke={1.6} aria-hidden />
            {t('encoder')}
          </dt>
          <dd>
            {embedding.model?.split('@')[0] ?? t('noModel')}
            {embedding.dimensions == null ? null : (
              <span> · {t('dimensions', { count: format.number(embedding.dimensions) })}</span>
            )}
          </dd>
          {embedding.model == null ? null : <dd className={styles.id}>{embedding.model}</dd>}
          {device === null ? null : (
            // The encoder's own words, in English, say why it is that one.
            <dd className={styles.note} title={embedding.deviceNote}>
              {device}
            </dd>
          )}
        </div>
        <div className={styles.row}>
          <dt>
            <IconServerBolt size={20} stroke={1.6} aria-hidden />
            {t('index')}
          </dt>
          <dd>{engine}</dd>
          <dd className={styles.note}>{t('serving', { count: items.serving })}</dd>
        </div>
        <div className={styles.row}>
          <dt>
            <IconVersions size={20} stroke={1.6} aria-hidden />
            {t('versions')}
          </dt>
          <dd>Kindling {versions.kindling}</dd>
          <dd className={styles.note}>
            Node.js {versions.node} · PostgreSQL {versions.postgres}
          </dd>
        </div>
      </dl>
    </Panel>
  );
}

export function EnginePanelSkeleton() {
  return (
    <Panel title={<Skeleton height={18} width={160} />}>
      <Skeleton height={279} />
    </Panel>
  );
}
