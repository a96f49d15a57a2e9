'use client';
import { Skeleton } from '@mantine/core';
import { IconAlertTriangle, IconInbox } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { ColdnessTag } from '@/design/coldness-tag';
import { Empty } from '@/design/empty';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { SlowNote } from '@/design/slow-note';
import type { PreviewQuery } from '@/generated/graphql';
import styles from './preview-result.module.css';
import { Slot } from './slot';
import { isStranger, type Visitor } from './visitor';
import { waterfall, waterfallRange } from './waterfall';

type Preview = PreviewQuery['preview'];

/** The list this visitor would see, and how it came about. */
export function PreviewResult(props: { readonly query: UseQueryResult<Preview>; readonly visitor: Visitor }) {
  const t = useTranslations('preview');
  return (
    <Panel title={t('result')} note={isStranger(props.visitor) ? t('stranger') : t('resultNote')}>
      <QueryView query={props.query} skeleton={<ResultSkeleton />}>
        {(preview) => <Result preview={preview} stale={props.query.isPlaceholderData} />}
      </QueryView>
    </Panel>
  );
}

function Result({ preview, stale }: { readonly preview: Preview; readonly stale: boolean }) {
  const t = useTranslations('preview');
  const levels = useTranslations('served');
  const parts = useTranslations('parts');
  const range = waterfallRange(preview.edges.map(({ ledger }) => waterfall(ledger)));
  return (
    <div className={styles.result} data-stale={stale} aria-busy={stale}>
      <SlowNote waiting={stale} />
      <div className={styles.facts} aria-live="polite">
        <dl>
          <div>
            <dt>{t('known')}</dt>
            <dd>
              <ColdnessTag coldness={preview.coldness} />
            </dd>
          </div>
          <div>
            <dt>{t('servedBy')}</dt>
            <dd>
              {levels.has(preview.served.level as 'history')
                ? levels(preview.served.level as 'history')
                : preview.served.level}
            </dd>
          </div>
          <div>
            <dt>{t('strategy')}</dt>
            <dd>
              {t('strategyVersion', { name: preview.strategy.name, version: preview.strategy.version })}
            </dd>
          </div>
        </dl>
        <p className={styles.why}>{preview.served.reason}</p>
      </div>
      {preview.degraded.map(({ part, reason }) => (
        <p key={part} className={styles.degraded}>
          <IconAlertTriangle size={16} aria-hidden />
          <span>
            <strong>
              {t('degraded', { part: parts.has(part as 'encoder') ? parts(part as 'encoder') : part })}
            </strong>{' '}
            {reason}
          </span>
        </p>
      ))}
      {preview.edges.length === 0 ? (
        <Empty icon={<IconInbox size={24} />} title={t('nothing')} text={t('nothingText')} />
      ) : (
        <ol className={styles.slots}>
          {preview.edges.map((edge) => (
            <Slot key={edge.node.id} edge={edge} range={range} />
          ))}
        </ol>
      )}
    </div>
  );
}

function ResultSkeleton() {
  return (
    <>
      <Skeleton height={66} mb={14} />
      {Array.from({ length: 6 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bones have no identity
        <Skeleton key={index} height={78} mb={8} />
      ))}
    </>
  );
}
