'use client';
import { Anchor } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useFormatter, useTranslations } from 'next-intl';
import { Figure, Figures } from '@/design/figure';
import { ProblemNotice } from '@/design/problem-notice';
import { Failure } from '@/graphql/failure';
import styles from './import-outcome.module.css';
import { type ImportRun, useImportRejects } from './use-import-run';

/** What a run did, or would do: counts, and the refused rows with line, field, reason and fix. */
export function ImportOutcome({ run, stale }: { readonly run: ImportRun; readonly stale?: boolean }) {
  const t = useTranslations('import');
  const format = useFormatter();
  const rejects = useImportRejects(run);
  const shown = rejects.data ?? [];
  const tense = run.dryRun ? 'would' : 'did';
  return (
    <div className={styles.outcome} data-stale={stale === true} aria-live="polite">
      {run.error == null ? null : <ProblemNotice failure={new Failure('IMPORT_FAILED', run.error)} />}
      {stale === true ? <p className={styles.note}>{t('stale')}</p> : null}
      <Figures>
        <Figure label={t(`${tense}_created`)} value={format.number(run.created)} />
        <Figure label={t(`${tense}_updated`)} value={format.number(run.updated)} />
        <Figure label={t(`${tense}_unchanged`)} value={format.number(run.unchanged)} />
        <Figure label={t(`${tense}_rejected`)} value={format.number(run.rejected)} />
      </Figures>
      {run.rejected === 0 ? null : (
        <section className={styles.rejects}>
          <div className={styles.head}>
            <h3>{t('rejects')}</h3>
            <Anchor href={`/api/admin/imports/${run.id}/rejects.csv`} download size="sm">
              <IconDownload size={14} aria-hidden style={{ verticalAlign: '-2px' }} /> {t('download')}
            </Anchor>
          </div>
          <ul>
            {shown.map((reject, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line may have several problems, their order is fixed
              <li key={index}>
                <span className={styles.line}>{t('line', { line: format.number(reject.line) })}</span>
                <div>
                  <p>{reject.message}</p>
                  <p className={styles.fix}>{reject.fix}</p>
                  {reject.excerpt == null ? null : <code>{reject.excerpt}</code>}
                </div>
              </li>
            ))}
          </ul>
          {run.rejected > shown.length && shown.length > 0 ? (
            <p className={styles.note}>{t('moreRejects', { shown: shown.length, total: run.rejected })}</p>
          ) : null}
        </section>
      )}
    </div>
  );
}
