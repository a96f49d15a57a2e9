'use client';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { Failure } from '@/graphql/failure';
import { CheckStep } from './check-step';
import { type ColumnMapping, suggestMapping } from './column-mapping';
import { FileDrop } from './file-drop';
import { type FileHead, readFileHead, UnreadableFile } from './file-head';
import { MappingStep } from './mapping-step';
import styles from './new-import.module.css';

interface ChosenFile {
  readonly file: File;
  readonly head: FileHead;
}

/** The steps before a run. Each opens when the one before it is done, and stays open to be changed. */
export function NewImport({ onStarted }: { readonly onStarted: (runId: string) => void }) {
  const t = useTranslations('import');
  const [chosen, setChosen] = useState<ChosenFile | null>(null);
  const [mapping, setMapping] = useState<ColumnMapping>({});
  const [failure, setFailure] = useState<Failure | null>(null);

  const choose = async (file: File) => {
    setFailure(null);
    setChosen(null);
    try {
      const head = await readFileHead(file);
      setMapping(suggestMapping(head.columns));
      setChosen({ file, head });
    } catch (error) {
      setFailure(
        new Failure(
          'BAD_FILE',
          error instanceof UnreadableFile
            ? t(`unreadable_${error.reason}`, { name: file.name })
            : String(error),
        ),
      );
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
        <>
          <Panel title={t('step2')} note={t('step2Note')}>
            <MappingStep columns={chosen.head.columns} mapping={mapping} onChange={setMapping} />
          </Panel>
          <Panel title={t('step3')} note={t('step3Note')}>
            {/* A new file is a new check; a new mapping checks the same upload again. */}
            <CheckStep
              key={`${chosen.file.name} ${chosen.file.lastModified} ${chosen.file.size}`}
              {...chosen}
              mapping={mapping}
              onStarted={onStarted}
            />
          </Panel>
        </>
      )}
    </div>
  );
}
