'use client';
import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { Meter } from '@/design/meter';
import { ProblemNotice } from '@/design/problem-notice';
import { asFailure } from '@/graphql/failure';
import { type ColumnMapping, missingFields } from './column-mapping';
import type { FileHead } from './file-head';
import { ImportOutcome } from './import-outcome';
import { uploadFile } from './upload-file';
import { isFinished, useImportRun, useStartImport } from './use-import-run';

/** Sends the file once, then reads it without changing anything; importing it for real is the next press. */
export function CheckStep(props: {
  readonly file: File;
  readonly head: FileHead;
  readonly mapping: ColumnMapping;
  readonly onStarted: (runId: string) => void;
}) {
  const t = useTranslations('import');
  const format = useFormatter();
  const [sentShare, setSentShare] = useState(0);
  const [checked, setChecked] = useState<{ runId: string; mapping: ColumnMapping } | null>(null);
  const fileId = useRef<string | null>(null);
  const leaving = useRef(new AbortController());
  const start = useStartImport();
  const dryRun = useImportRun(checked?.runId ?? null);
  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller;
    return () => controller.abort();
  }, []);

  const run = useMutation({
    mutationFn: async (wanted: { dryRun: boolean }) => {
      fileId.current ??= await uploadFile(props.file, {
        onProgress: setSentShare,
        signal: leaving.current.signal,
      });
      const mapping = Object.entries(props.mapping).map(([column, field]) => ({ column, field }));
      return start.mutateAsync({
        fileId: fileId.current,
        fileName: props.file.name,
        format: props.head.format,
        mapping,
        ...wanted,
      });
    },
    onSuccess: (started) =>
      started.dryRun
        ? setChecked({ runId: started.id, mapping: props.mapping })
        : props.onStarted(started.id),
  });

  const result = dryRun.data !== undefined && isFinished(dryRun.data) ? dryRun.data : undefined;
  const isCurrent = checked?.mapping === props.mapping;
  const ready = missingFields(props.mapping).length === 0;
  const checking =
    (run.isPending && run.variables.dryRun) ||
    (checked !== null && result === undefined && dryRun.error === null);
  const good = result === undefined ? 0 : result.created + result.updated + result.unchanged;
  const failure = run.error ?? dryRun.error;

  return (
    <>
      {failure === null ? null : <ProblemNotice failure={asFailure(failure)} />}
      {run.isPending && fileId.current === null ? (
        <div style={{ marginBottom: 14 }}>
          <Meter
            value={sentShare}
            of={1}
            label={t('sending')}
            text={t('sent', { percent: format.number(sentShare, { style: 'percent' }) })}
            live
          />
        </div>
      ) : null}
      {result === undefined ? null : <ImportOutcome run={result} stale={!isCurrent} />}
      <Group mt={result === undefined ? 0 : 'md'}>
        <Button
          variant={result !== undefined && isCurrent ? 'default' : 'filled'}
          loading={checking}
          disabled={!ready}
          onClick={() => run.mutate({ dryRun: true })}
        >
          {result === undefined ? t('check') : t('checkAgain')}
        </Button>
        {result?.status === 'SUCCEEDED' && isCurrent ? (
          <Button
            loading={run.isPending && !run.variables.dryRun}
            disabled={good === 0}
            onClick={() => run.mutate({ dryRun: false })}
          >
            {t('commit', { count: good })}
          </Button>
        ) : null}
      </Group>
    </>
  );
}
