'use client';
import { Anchor } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { parseAsString, useQueryState } from 'nuqs';
import { PageHeader } from '@/design/page-header';
import { ImportRunView } from './import-run-view';
import { NewImport } from './new-import';

/** From a file to items: drop, map, check, import. A run has an address, so that it can be left and found again. */
export function ImportPage() {
  const t = useTranslations('import');
  const [run, setRun] = useQueryState('run', parseAsString.withOptions({ history: 'push' }));
  return (
    <>
      <PageHeader
        above={
          <Anchor component={Link} href="/catalogue" size="sm">
            <IconArrowLeft size={14} aria-hidden style={{ verticalAlign: '-2px' }} /> {t('back')}
          </Anchor>
        }
        title={t('title')}
        text={t('text')}
      />
      {run === null ? (
        <NewImport onStarted={(id) => void setRun(id)} />
      ) : (
        <ImportRunView id={run} onAnother={() => void setRun(null)} />
      )}
    </>
  );
}
