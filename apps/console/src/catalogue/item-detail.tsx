'use client';
import { Anchor, Button } from '@mantine/core';
import { IconCompass, IconHistory, IconPencil } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { type ReactNode, type RefObject, useState } from 'react';
import { ColdnessTag } from '@/design/coldness-tag';
import { Tag } from '@/design/tag';
import type { ItemDetailQuery } from '@/generated/graphql';
import { EncodingTag } from './encoding-tag';
import styles from './item-drawer.module.css';
import { ItemSurroundings } from './item-surroundings';

// Few visits look into the past of an item: its part of the page comes when it is asked for.
const ItemHistory = dynamic(() => import('./item-history').then((module) => module.ItemHistory));

export type Item = NonNullable<ItemDetailQuery['item']>;

/** One item as it is stored, as the encoder reads it, and what it meets. */
export function ItemDetail({
  item,
  editRef,
  onEdit,
  onPutBack,
}: {
  readonly item: Item;
  readonly editRef: RefObject<HTMLButtonElement | null>;
  /** Null for who may not edit. */
  readonly onEdit: (() => void) | null;
  readonly onPutBack: ((before: Readonly<Record<string, unknown>>) => void) | null;
}) {
  const t = useTranslations('item');
  const statuses = useTranslations('status');
  const format = useFormatter();
  const [isHistoryOpen, setIsHistoryOpen] = useState(false);
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
        {onEdit === null ? null : (
          <Button
            ref={editRef}
            className={styles.edit}
            variant="default"
            size="xs"
            leftSection={<IconPencil size={14} aria-hidden />}
            onClick={onEdit}
          >
            {t('edit')}
          </Button>
        )}
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
      <section>
        <h3 className={styles.subheading}>{t('history')}</h3>
        {isHistoryOpen ? (
          <ItemHistory id={item.id} onPutBack={onPutBack} />
        ) : (
          <Button
            mt={6}
            variant="default"
            size="xs"
            leftSection={<IconHistory size={14} aria-hidden />}
            onClick={() => setIsHistoryOpen(true)}
          >
            {t('showHistory')}
          </Button>
        )}
      </section>
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
