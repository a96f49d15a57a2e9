'use client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { Meter } from '@/design/meter';
import { useDuration } from '@/design/use-duration';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import { useLive } from '@/graphql/use-live';
import styles from './encoding-progress.module.css';

const encodingProgressQuery = graphql(`
  query EncodingProgress {
    embeddingProgress { total encoded failed waiting itemsPerSecond etaSeconds }
  }
`);
const encodingProgressSubscription = graphql(`
  subscription EncodingProgressLive {
    embeddingProgress { total encoded failed waiting itemsPerSecond etaSeconds }
  }
`);
const queryKey = ['encoding-progress'];

/** How much of the catalogue the encoder has read: asked for every ten seconds, pushed while it works. */
export function useEncodingProgress() {
  const queryClient = useQueryClient();
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) =>
      (await request(encodingProgressQuery, undefined, signal)).embeddingProgress,
    refetchInterval: 10_000,
  });
  useLive(
    encodingProgressSubscription,
    {},
    {
      enabled: (query.data?.waiting ?? 0) > 0,
      onData: ({ embeddingProgress }) => queryClient.setQueryData(queryKey, embeddingProgress),
    },
  );
  return query;
}

/** Shown only while items wait for the encoder, or when it gave some up. */
export function EncodingProgress() {
  const t = useTranslations('encoding');
  const format = useFormatter();
  const duration = useDuration();
  const progress = useEncodingProgress().data;
  if (progress === undefined || progress.waiting + progress.failed === 0) return null;
  const { total, encoded, waiting, failed, itemsPerSecond, etaSeconds } = progress;
  const text = t('progress', { encoded: format.number(encoded), total: format.number(total) });
  return (
    <section className={styles.strip} aria-label={t('title')}>
      <div className={styles.words}>
        <strong>{waiting > 0 ? t('working') : t('finished')}</strong>
        <span className="number">{text}</span>
        {waiting > 0 && itemsPerSecond != null ? (
          <span className="number">
            {t('rate', { rate: format.number(itemsPerSecond, { maximumFractionDigits: 0 }) })}
          </span>
        ) : null}
        {waiting > 0 && etaSeconds != null ? (
          <span className="number">{t('eta', { time: duration(etaSeconds) })}</span>
        ) : null}
        {failed > 0 ? <span className={styles.failed}>{t('failed', { count: failed })}</span> : null}
      </div>
      <Meter value={encoded} of={total} label={t('title')} text={text} live={waiting > 0} />
    </section>
  );
}
