'use client';
import { Button } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useQueryStates } from 'nuqs';
import { PageHeader } from '@/design/page-header';
import styles from './catalogue-page.module.css';
import { EncodingProgress } from './encoding-progress';
import { ItemDrawer } from './item-drawer';
import { ItemFilterBar } from './item-filter-bar';
import { itemFilterParsers } from './item-filters';
import { ItemTable } from './item-table';

/** Every item of the catalogue: find one, read it, see whether it is encoded. */
export function CataloguePage() {
  const t = useTranslations('catalogue');
  const [state, setState] = useQueryStates(itemFilterParsers);
  const { item, ...filters } = state;
  return (
    <div className={styles.page}>
      <PageHeader
        title={t('title')}
        text={t('text')}
        action={
          <Button
            component={Link}
            href="/catalogue/import"
            leftSection={<IconUpload size={16} aria-hidden />}
          >
            {t('import')}
          </Button>
        }
      />
      <EncodingProgress />
      <ItemFilterBar filters={filters} onChange={(change) => void setState(change)} />
      <ItemTable
        filters={filters}
        onOpen={(id) => void setState({ item: id }, { history: 'push' })}
        onClearFilters={() => void setState({ q: null, status: null, encoding: null })}
      />
      <ItemDrawer id={item} onClose={() => void setState({ item: null })} />
    </div>
  );
}
