'use client';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { type ColumnMapping, mappingFrom } from './column-mapping';
import type { FileHead } from './file-head';
import { uploadFile } from './upload-file';
import { isFinished, useImportRun, useStartImport } from './use-import-run';

/**
 * A file on its way to being imported: sent once, then read by the server as often as the mapping changes, without
 * changing anything. The first reading asks the server what it makes of the columns: it knows the names that files
 * use, and what this catalogue's earlier files of the same shape were mapped to.
 */
export function useImportCheck(file: File, head: FileHead) {
  const [sentShare, setSentShare] = useState(0);
  const [edited, setEdited] = useState<ColumnMapping | null>(null);
  const [checked, setChecked] = useState<{
    readonly runId: string;
    readonly mapping: ColumnMapping | null;
  } | null>(null);
  const fileId = useRef<string | null>(null);
  const leaving = useRef<AbortController>(null);
  const start = useStartImport();
  const run = useImportRun(checked?.runId ?? null);

  const send = useMutation({
    mutationFn: async (wanted: { readonly dryRun: boolean; readonly mapping: ColumnMapping | null }) => {
      leaving.current ??= new AbortController();
      fileId.current ??= await uploadFile(file, { onProgress: setSentShare, signal: leaving.current.signal });
      return start.mutateAsync({
        fileId: fileId.current,
        fileName: file.name,
        dryRun: wanted.dryRun,
        ...(wanted.mapping === null
          ? {}
          : { mapping: Object.entries(wanted.mapping).map(([column, field]) => ({ column, field })) }),
      });
    },
    onSuccess: ({ id, dryRun }, { mapping }) => dryRun && setChecked({ runId: id, mapping }),
  });
  const { mutate } = send;

  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller;
    fileId.current = null;
    mutate({ dryRun: true, mapping: null });
    return () => controller.abort();
  }, [mutate]);

  const result = run.data !== undefined && isFinished(run.data) ? run.data : undefined;
  const proposed = mappingFrom(head.columns, run.data?.mapping ?? []);
  // Known as soon as the server has read the first line, or has said that it cannot.
  const mapping = edited ?? ((run.data?.mapping.length ?? 0) > 0 || result !== undefined ? proposed : null);
  return {
    /** Null until the server has proposed one. */
    mapping,
    setMapping: setEdited,
    result,
    /** Whether `result` is of the mapping as it is now. */
    isCurrent: checked !== null && checked.mapping === edited,
    sentShare: send.isPending && fileId.current === null ? sentShare : null,
    isChecking: send.isPending
      ? send.variables.dryRun
      : checked !== null && result === undefined && run.error === null,
    isStarting: send.isPending && !send.variables.dryRun,
    error: send.error ?? run.error,
    /** Asks for what failed once more; null where the button that was pressed does. */
    retry:
      send.error === null
        ? () => void run.refetch()
        : send.variables.dryRun
          ? () => mutate(send.variables)
          : null,
    check: () => mutate({ dryRun: true, mapping: edited }),
    commit: (onStarted: (runId: string) => void) =>
      mutate({ dryRun: false, mapping }, { onSuccess: ({ id }) => onStarted(id) }),
  };
}
