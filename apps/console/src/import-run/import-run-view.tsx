'use client';
import { Button, Group, Skeleton } from '@mantine/core';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { EncodingProgress } from '@/catalogue/encoding-progress';
import { JobStatusTag } from '@/design/job-status-tag';
import { Meter } from '@/design/meter';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { useBytes } from '@/design/use-bytes';
import { useDuration } from '@/design/use-duration';
import { ImportOutcome } from './import-outcome';
import styles from './import-run-view.module.css';
import { type ImportRun, isFinished, useImportRun } from './use-import-run';

/** A run while it goes, and what came of it. */
export function ImportRunView({ id, onAnother }: { readonly id: string; readonly onAnother: () => void }) {
  const t = useTranslations('import');
  const query = useImportRun(id);
  return (
    <div className={styles.view}>
      <QueryView
        query={query}
        skeleton={
          <Panel>
            <Skeleton height={150} />
          </Panel>
        }
      >
        {(run) => (
          <>
            <Panel
              title={run.fileName}
              note={t(run.dryRun ? 'isCheck' : 'isImport')}
              action={<JobStatusTag status={run.status} />}
            >
              <Progress run={run} reconnecting={query.live === 'reconnecting'} />
              <ImportOutcome run={run} />
              {isFinished(run) ? (
                <Group mt="lg">
                  <Button component={Link} href="/catalogue">
                    {t('toCatalogue')}
                  </Button>
                  <Button variant="default" onClick={onAnother}>
                    {t('another')}
                  </Button>
                </Group>
              ) : (
                <p className={styles.note}>{t('mayLeave')}</p>
              )}
            </Panel>
            {isFinished(run) && !run.dryRun ? <EncodingProgress /> : null}
          </>
        )}
      </QueryView>
    </div>
  );
}

function Progress({ run, reconnecting }: { readonly run: ImportRun; readonly reconnecting: boolean }) {
  const t = useTranslations('import');
  const format = useFormatter();
  const bytes = useBytes();
  const duration = useDuration();
  const finished = isFinished(run);
  const text = t('read', { read: bytes(run.readBytes), total: bytes(run.totalBytes), rows: run.rows });
  return (
    <div className={styles.progress}>
      <Meter
        value={run.status === 'SUCCEEDED' ? 1 : run.readBytes}
        of={run.status === 'SUCCEEDED' ? 1 : run.totalBytes}
        label={t('progress')}
        text={text}
        live={!finished}
      />
      <p className={styles.numbers}>
        <span>{text}</span>
        {run.rowsPerSecond == null || finished ? null : (
          <span>{t('rate', { rate: format.number(run.rowsPerSecond, { maximumFractionDigits: 0 }) })}</span>
        )}
        {run.etaSeconds == null || finished ? null : (
          <span>{t('eta', { time: duration(run.etaSeconds) })}</span>
        )}
        {reconnecting ? <span>{t('reconnecting')}</span> : null}
      </p>
    </div>
  );
}
