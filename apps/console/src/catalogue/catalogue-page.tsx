'use client';
import { Button, SegmentedControl, Skeleton } from '@mantine/core';
import { IconPlus, IconUpload } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useQueryStates } from 'nuqs';
import { useState } from 'react';
import { PageHeader } from '@/design/page-header';
import { useMay } from '@/session/use-may';
import styles from './catalogue-page.module.css';
import { EncodingProgress } from './encoding-progress';
import { ItemEditProgress } from './item-edit-progress';
import { catalogueViews, itemFilterParsers } from './item-filters';

const loading = () => <Skeleton height={480} aria-busy="true" />;
// One of the two is looked at at a time, and few visits open an item: each is loaded when it is wanted.
const ItemList = dynamic(() => import('./item-list').then((module) => module.ItemList), { loading });
const CatalogueMap = dynamic(
  () => import('@/catalogue-map/catalogue-map').then((module) => module.CatalogueMap),
  { loading },
);
const NewItemDrawer = dynamic(() => import('./new-item-drawer').then((module) => module.NewItemDrawer));
const ItemDrawer = dynamic(() => import('./item-drawer').then((module) => module.ItemDrawer));

/** Every item of the catalogue: find one, read it, see whether it is encoded. */
export function CataloguePage() {
  const t = useTranslations('catalogue');
  const [state, setState] = useQueryStates(itemFilterParsers);
  const { item, view, edit, ...filters } = state;
  // it stays when it is closed: it then leaves smoothly, and gives the focus back
  const [opened, setOpened] = useState(item !== null);
  if (item !== null && !opened) setOpened(true);
  const may = useMay('MERCHANDISER');
  const [isMaking, setIsMaking] = useState(false);
  const watch = (id: string | null) => void setState({ edit: id });
  const open = (id: string) => void setState({ item: id }, { history: 'push' });
  return (
    <div className={styles.page}>
      <PageHeader
        title={t('title')}
        text={t('text')}
        action={
          <div className={styles.actions}>
            <SegmentedControl
              aria-label={t('view')}
              data={catalogueViews.map((value) => ({ value, label: t(`view_${value}`) }))}
              value={view}
              onChange={(value) => void setState({ view: value === 'map' ? 'map' : 'table' })}
            />
            {may ? (
              <Button
                variant="default"
                leftSection={<IconPlus size={16} aria-hidden />}
                onClick={() => setIsMaking(true)}
              >
                {t('newItem')}
              </Button>
            ) : null}
            <Button
              component={Link}
              href="/catalogue/import"
              leftSection={<IconUpload size={16} aria-hidden />}
            >
              {t('import')}
            </Button>
          </div>
        }
      />
      <EncodingProgress />
      <ItemEditProgress id={edit} onOther={watch} />
      {view === 'map' ? (
        <CatalogueMap words={filters.q} onWords={(q) => void setState({ q })} onOpen={open} onEdit={watch} />
      ) : (
        <ItemList
          filters={filters}
          onFilters={(change) => void setState(change)}
          onOpen={open}
          onEdit={watch}
        />
      )}
      {isMaking ? (
        <NewItemDrawer
          onClose={() => setIsMaking(false)}
          onCreated={(id) => {
            setIsMaking(false);
            open(id);
          }}
        />
      ) : null}
      {opened ? <ItemDrawer id={item} onClose={() => void setState({ item: null })} /> : null}
    </div>
  );
}
