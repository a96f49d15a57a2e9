'use client';
import { Drawer, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import { useMay } from '@/session/use-may';
import { type Item, ItemDetail } from './item-detail';
import type { ItemFields } from './item-draft';
import styles from './item-drawer.module.css';

const loading = () => <Skeleton height={480} aria-busy="true" />;
// Most visits only read.
const ItemForm = dynamic(() => import('./item-form').then((module) => module.ItemForm), { loading });
const ItemSaved = dynamic(() => import('./item-saved').then((module) => module.ItemSaved));
const LeaveDialog = dynamic(() => import('./leave-dialog').then((module) => module.LeaveDialog));

const itemDetailQuery = graphql(`
  query ItemDetail($id: ID!) {
    item(id: $id) {
      id title description categories tags attributes price currency imageUrl url publishedAt expiresAt
      status coldness events encoding encodingError encodedText createdAt updatedAt revision
    }
  }
`);

/** One item: read, edited, and what was done to it. Closing it over something unsaved asks first. */
export function ItemDrawer({ id, onClose }: { readonly id: string | null; readonly onClose: () => void }) {
  const t = useTranslations('item');
  const [isDirty, setIsDirty] = useState(false);
  const [isLeaving, setIsLeaving] = useState(false);
  const [isWide, setIsWide] = useState(false);
  const query = useQuery({
    queryKey: ['item', id],
    queryFn: async ({ signal }) => (await request(itemDetailQuery, { id: id ?? '' }, signal)).item,
    enabled: id !== null,
    // somebody may delete it meanwhile: what is typed stays all the same
    refetchOnWindowFocus: !isDirty,
    refetchOnReconnect: !isDirty,
  });
  const leave = () => {
    setIsDirty(false);
    setIsLeaving(false);
    onClose();
  };
  return (
    <>
      <Drawer
        opened={id !== null}
        onClose={() => (isDirty ? setIsLeaving(true) : leave())}
        size={isWide ? 680 : 520}
        title={<span className={styles.heading}>{query.data?.title ?? t('title')}</span>}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <QueryView
          query={query}
          skeleton={
            <>
              <Skeleton height={22} width="50%" mb="md" />
              <Skeleton height={90} mb="md" />
              <Skeleton height={240} />
            </>
          }
        >
          {(item) =>
            item === null ? (
              <p>{t('missing', { id: id ?? '' })}</p>
            ) : (
              <OpenItem key={item.id} item={item} onDirty={setIsDirty} onWide={setIsWide} />
            )
          }
        </QueryView>
      </Drawer>
      {isLeaving ? <LeaveDialog onStay={() => setIsLeaving(false)} onLeave={leave} /> : null}
    </>
  );
}

function OpenItem(props: {
  readonly item: Item;
  readonly onDirty: (isDirty: boolean) => void;
  readonly onWide: (isWide: boolean) => void;
}) {
  const { item, onDirty, onWide } = props;
  const may = useMay('MERCHANDISER');
  const [editing, setEditing] = useState<{ readonly begin: ItemFields | null } | null>(null);
  const [isLeaving, setIsLeaving] = useState(false);
  const [saved, setSaved] = useState<{ readonly before: ItemFields; readonly revision: string } | null>(null);
  const [isDirty, setIsDirty] = useState(false);
  const editRef = useRef<HTMLButtonElement>(null);
  const dirty = (is: boolean) => {
    setIsDirty(is);
    onDirty(is);
  };
  const edit = (begin: ItemFields | null) => {
    setEditing({ begin });
    setSaved(null);
    onWide(true);
    dirty(begin !== null);
  };
  const end = () => {
    // the form goes, and the focus with it: back to the button that opened it
    requestAnimationFrame(() => editRef.current?.focus());
    setEditing(null);
    setIsLeaving(false);
    onWide(false);
    dirty(false);
  };
  const fields = fieldsOf(item);
  if (editing === null) {
    return (
      <>
        {saved === null ? null : (
          <ItemSaved before={saved.before} revision={saved.revision} onClose={() => setSaved(null)} />
        )}
        <ItemDetail
          item={item}
          editRef={editRef}
          onEdit={may ? () => edit(null) : null}
          onPutBack={may ? (before) => edit({ ...fields, ...before }) : null}
        />
      </>
    );
  }
  return (
    <>
      <ItemForm
        stored={{ fields, revision: item.revision }}
        begin={editing.begin}
        onSaved={({ revision }, before) => {
          end();
          if (before !== null) setSaved({ before: before.fields, revision });
        }}
        onCancel={() => (isDirty ? setIsLeaving(true) : end())}
        onDirty={dirty}
      />
      {isLeaving ? <LeaveDialog onStay={() => setIsLeaving(false)} onLeave={end} /> : null}
    </>
  );
}

const fieldsOf = (item: Item): ItemFields => ({
  id: item.id,
  title: item.title,
  description: item.description ?? null,
  categories: item.categories,
  tags: item.tags,
  attributes: item.attributes,
  price: item.price ?? null,
  currency: item.currency ?? null,
  imageUrl: item.imageUrl ?? null,
  url: item.url ?? null,
  publishedAt: item.publishedAt ?? null,
  expiresAt: item.expiresAt ?? null,
  status: item.status,
});
