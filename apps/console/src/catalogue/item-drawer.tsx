'use client';
import { Anchor, Button, Drawer, Skeleton } from '@mantine/core';
import { IconCompass } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { ColdnessTag } from '@/design/coldness-tag';
import { QueryView } from '@/design/query-view';
import { Tag } from '@/design/tag';
import { graphql } from '@/generated';
import type { ItemDetailQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';
import { EncodingTag } from './encoding-tag';
import styles from './item-drawer.module.css';
import { ItemSurroundings } from './item-surroundings';

const itemDetailQuery = graphql(`
  query ItemDetail($id: ID!) {
    item(id: $id) {
      id title description categories tags attributes price currency imageUrl url publishedAt expiresAt
      status coldness events encoding encodingError encodedText createdAt updatedAt
    }
  }
`);
type Item = NonNullable<ItemDetailQuery['item']>;

/** One item as it is stored, and as the encoder reads it. */
export function ItemDrawer({ id, onClose }: { readonly id: string | null; readonly onClose: () => void }) {
  const t = useTranslations('item');
  const query = useQuery({
    queryKey: ['item', id],
    queryFn: async ({ signal }) => (await request(itemDetailQuery, { id: id ?? '' }, signal)).item,
    enabled: id !== null,
  });
  return (
    <Drawer
      opened={id !== null}
      onClose={onClose}
      size={520}
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
        {(item) => (item === null ? <p>{t('missing', { id: id ?? '' })}</p> : <ItemDetail item={item} />)}
      </QueryView>
    </Drawer>
  );
}

function ItemDetail({ item }: { readonly item: Item }) {
  const t = useTranslations('item');
  const statuses = useTranslations('status');
  const format = useFormatter();
  const date = (value: string | null | undefined) =>
    value == null ? null : format.dateTime(new Date(value), { dateStyle: 'medium', timeStyle: 'short' });
  const attributes = Object.entries(item.attributes).filter(([, value]) => value !== null && value !== '');
  return (
    <div className={styles.detail}>
      <div className={styles.tags}>
        <Tag tone={item.status === 'ACTIVE' ? 'good' : 'plain'}>{statuses(item.status)}</Tag>
        <ColdnessTag coldness={item.coldness} />
        <EncodingTag state={item.encoding} />
        <span className={styles.events}>{t('events', { count: item.events })}</span>
      </div>
      {item.imageUrl == null ? null : (
        // biome-ignore lint/performance/noImgElement: the picture lives with the item's owner, we do not re-host it
        <img
          className={styles.image}
          src={item.imageUrl}
          alt=""
          loading="lazy"
          referrerPolicy="no-referrer"
        />
      )}
      {item.encodingError == null ? null : (
        <p className={styles.error} role="alert">
          {t('encodingError')} {item.encodingError}
        </p>
      )}
      <dl className={styles.fields}>
        <Field label={t('id')} value={<code>{item.id}</code>} />
        <Field label={t('description')} value={item.description} />
        <Field label={t('categories')} value={item.categories.join(', ')} />
        <Field label={t('tags')} value={item.tags.join(', ')} />
        <Field
          label={t('price')}
          value={
            item.price == null
              ? null
              : format.number(
                  item.price,
                  item.currency == null ? {} : { style: 'currency', currency: item.currency },
                )
          }
        />
        <Field label={t('published')} value={date(item.publishedAt)} />
        <Field label={t('expires')} value={date(item.expiresAt)} />
        <Field label={t('updated')} value={date(item.updatedAt)} />
        <Field
          label={t('url')}
          value={
            item.url == null ? null : (
              <Anchor href={item.url} target="_blank" rel="noreferrer" size="sm">
                {item.url}
              </Anchor>
            )
          }
        />
        {attributes.map(([name, value]) => (
          <Field
            key={name}
            label={name}
            value={typeof value === 'object' ? JSON.stringify(value) : String(value)}
          />
        ))}
      </dl>
      <ItemSurroundings id={item.id} />
      {item.encodedText == null ? null : (
        <section>
          <h3 className={styles.subheading}>{t('encodedText')}</h3>
          <p className={styles.note}>{t('encodedTextNote')}</p>
          <pre className={styles.text}>{item.encodedText}</pre>
        </section>
      )}
      <Button
        component={Link}
        href={`/preview?liked=${encodeURIComponent(item.id)}`}
        variant="default"
        leftSection={<IconCompass size={16} aria-hidden />}
      >
        {t('previewLiking')}
      </Button>
    </div>
  );
}

function Field({ label, value }: { readonly label: string; readonly value: ReactNode }) {
  if (value === null || value === undefined || value === '') return null;
  return (
    <div className={styles.field}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
