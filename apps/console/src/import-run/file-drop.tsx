'use client';
import { Button } from '@mantine/core';
import { IconFileTypeCsv, IconUpload } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import { useBytes } from '@/design/use-bytes';
import styles from './file-drop.module.css';
import type { ImportFormat } from './file-head';

const accept = '.csv,.tsv,.tab,.jsonl,.ndjson,.gz,text/csv,text/tab-separated-values,application/gzip';

/** Takes a file by drop or by dialog. */
export function FileDrop(props: {
  readonly file: File | null;
  readonly format: ImportFormat | null;
  readonly onFile: (file: File) => void;
}) {
  const t = useTranslations('import');
  const bytes = useBytes();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file !== undefined) props.onFile(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the button inside does the same
    <div
      className={styles.drop}
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <span className={styles.icon} aria-hidden>
        {props.file === null ? <IconUpload size={24} /> : <IconFileTypeCsv size={26} stroke={1.5} />}
      </span>
      <div className={styles.words} aria-live="polite">
        {props.file === null ? (
          <>
            <strong>{t('drop')}</strong>
            <span>{t('formats')}</span>
          </>
        ) : (
          <>
            <strong>{props.file.name}</strong>
            <span>
              {props.format} · {bytes(props.file.size)}
            </span>
          </>
        )}
      </div>
      <Button variant={props.file === null ? 'filled' : 'default'} onClick={() => input.current?.click()}>
        {props.file === null ? t('choose') : t('chooseOther')}
      </Button>
      <input
        ref={input}
        type="file"
        accept={accept}
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t('choose')}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = '';
        }}
      />
    </div>
  );
}
