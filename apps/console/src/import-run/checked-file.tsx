'use client';
import { Button, Group, Skeleton } from '@mantine/core';
import { useFormatter, useTranslations } from 'next-intl';
import { Meter } from '@/design/meter';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { Waiting } from '@/design/waiting';
import { asFailure } from '@/graphql/failure';
import { missingFields } from './column-mapping';
import type { FileHead } from './file-head';
import { ImportOutcome } from './import-outcome';
import { MappingStep } from './mapping-step';
import { useImportCheck } from './use-import-check';

/** Steps two and three of one file: match its columns, see what would happen, let it happen. */
export function CheckedFile(props: {
  readonly file: File;
  readonly head: FileHead;
  readonly onStarted: (runId: string) => void;
}) {
  const t = useTranslations('import');
  const format = useFormatter();
  const check = useImportCheck(props.file, props.head);
  const { mapping, result, isCurrent } = check;
  const ready = mapping !== null && missingFields(mapping).length === 0;
  const good = result === undefined ? 0 : result.created + result.updated + result.unchanged;

  return (
    <>
      <Panel title={t('step2')} note={t('step2Note')}>
        {mapping === null ? (
          <Waiting>
            <Skeleton height={props.head.columns.length * 56} />
          </Waiting>
        ) : (
          <MappingStep columns={props.head.columns} mapping={mapping} onChange={check.setMapping} />
        )}
      </Panel>
      <Panel title={t('step3')} note={t('step3Note')}>
        {check.error === null ? null : (
          <ProblemNotice
            failure={asFailure(check.error)}
            {...(check.retry === null ? {} : { onRetry: check.retry, retrying: check.isChecking })}
          />
        )}
        {check.sentShare === null ? null : (
          <div style={{ marginBottom: 14 }}>
            <Meter
              value={check.sentShare}
              of={1}
              label={t('sending')}
              text={t('sent', { percent: format.number(check.sentShare, { style: 'percent' }) })}
              live
            />
          </div>
        )}
        {result === undefined ? (
          check.error === null ? (
            <Skeleton height={92} />
          ) : null
        ) : (
          <ImportOutcome run={result} stale={!isCurrent} />
        )}
        <Group mt="md">
          <Button
            variant={result !== undefined && isCurrent ? 'default' : 'filled'}
            loading={check.isChecking}
            disabled={!ready}
            onClick={check.check}
          >
            {result === undefined ? t('check') : t('checkAgain')}
          </Button>
          {result?.status === 'SUCCEEDED' && isCurrent ? (
            <Button
              loading={check.isStarting}
              disabled={good === 0}
              onClick={() => check.commit(props.onStarted)}
            >
              {t('commit', { count: good })}
            </Button>
          ) : null}
        </Group>
      </Panel>
    </>
  );
}
