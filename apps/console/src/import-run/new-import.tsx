'use client';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { Failure } from '@/graphql/failure';
import { CheckedFile } from './checked-file';
import { FileDrop } from './file-drop';
import { type FileHead, readFileHead, UnreadableFile } from './file-head';
import styles from './new-import.module.css';

interface ChosenFile {
  readonly file: File;
  readonly head: FileHead;
}

/** The steps before a run. Each opens when the one before it is done, and stays open to be changed. */
export function NewImport({ onStarted }: { readonly onStarted: (runId: string) => void }) {
  const t = useTranslations('import');
  const [chosen, setChosen] = useState<ChosenFile | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);

  const choose = async (file: File) => {
    setFailure(null);
    setChosen(null);
    try {
      setChosen({ file, head: await readFileHead(file) });
    } catch (error) {
      const text =
        error instanceof UnreadableFile
          ? t(`unreadable_${error.reason}`, { name: file.name })
          : String(error);
      setFailure(new Failure('UNREADABLE_FILE', text));
    }
  };

  return (
    <div className={styles.steps}>
      <Panel title={t('step1')}>
        {failure === null ? null : <ProblemNotice failure={failure} />}
        <FileDrop
          file={chosen?.file ?? null}
          format={chosen?.head.format ?? null}
          onFile={(file) => void choose(file)}
        />
      </Panel>
      {chosen === null ? null : (
        <CheckedFile
          key={`${chosen.file.name} ${chosen.file.lastModified} ${chosen.file.size}`}
          {...chosen}
          onStarted={onStarted}
        />
      )}
    </div>
  );
}
