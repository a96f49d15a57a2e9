'use client';
import { SegmentedControl, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { AttributeRows } from './attribute-rows';
import { type ItemDraft, localMoment } from './item-draft';
import { itemStatuses } from './item-filters';
import styles from './item-form.module.css';

/** Every field of an item that its owner can change. */
export function ItemFields(props: {
  readonly draft: ItemDraft;
  readonly isNew: boolean;
  readonly errors: ReadonlyMap<string, string>;
  readonly onChange: (change: Partial<ItemDraft>) => void;
}) {
  const t = useTranslations('itemForm');
  const item = useTranslations('item');
  const statuses = useTranslations('status');
  const { draft, onChange } = props;
  /** Of the field, or of an entry inside of it. */
  const errorOf = (field: keyof ItemDraft) =>
    [...props.errors].find(([at]) => at === field || at.startsWith(`${field}.`))?.[1] ?? null;
  const text = (field: 'id' | 'title' | 'description' | 'price' | 'currency' | 'imageUrl' | 'url') => ({
    name: field,
    value: draft[field],
    error: errorOf(field),
    autoComplete: 'off',
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      onChange({ [field]: event.currentTarget.value }),
  });
  const moment = (field: 'publishedAt' | 'expiresAt') => ({
    name: field,
    type: 'datetime-local',
    value: localMoment(draft[field]),
    error: errorOf(field),
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => {
      const { value } = event.currentTarget;
      onChange({ [field]: value === '' ? null : new Date(value).toISOString() });
    },
  });
  const list = (field: 'categories' | 'tags') => ({
    className: styles.wide,
    value: [...draft[field]],
    error: errorOf(field),
    splitChars: ['\n', ';'],
    acceptValueOnBlur: true,
    onChange: (values: string[]) => onChange({ [field]: values }),
  });
  return (
    <div className={styles.fields}>
      {props.isNew ? (
        <TextInput
          {...text('id')}
          className={styles.wide}
          label={item('id')}
          description={t('idHelp')}
          withAsterisk
          spellCheck={false}
          data-autofocus
        />
      ) : null}
      <TextInput
        {...text('title')}
        className={styles.wide}
        label={t('title')}
        withAsterisk
        data-autofocus={props.isNew ? undefined : true}
      />
      <Textarea
        {...text('description')}
        className={styles.wide}
        label={item('description')}
        description={t('descriptionHelp')}
        autosize
        minRows={3}
        maxRows={12}
      />
      <TagsInput {...list('categories')} label={item('categories')} placeholder={t('listPlaceholder')} />
      <TagsInput {...list('tags')} label={item('tags')} placeholder={t('listPlaceholder')} />
      <TextInput {...text('price')} label={item('price')} inputMode="decimal" />
      <TextInput
        {...text('currency')}
        label={t('currency')}
        placeholder="EUR"
        maxLength={3}
        spellCheck={false}
        className={styles.code}
      />
      <TextInput {...moment('publishedAt')} label={item('published')} description={t('publishedHelp')} />
      <TextInput {...moment('expiresAt')} label={item('expires')} description={t('expiresHelp')} />
      <TextInput {...text('url')} className={styles.wide} label={item('url')} type="url" spellCheck={false} />
      <TextInput
        {...text('imageUrl')}
        className={styles.wide}
        label={t('imageUrl')}
        type="url"
        spellCheck={false}
      />
      <div className={styles.wide}>
        <AttributeRows
          rows={draft.attributes}
          error={errorOf('attributes')}
          disabled={false}
          onChange={(attributes) => onChange({ attributes })}
        />
      </div>
      <fieldset className={`${styles.wide} ${styles.status}`}>
        <legend>{t('status')}</legend>
        <SegmentedControl
          aria-label={t('status')}
          value={draft.status}
          data={itemStatuses.map((value) => ({ value, label: statuses(value) }))}
          onChange={(value) => onChange({ status: value === 'HIDDEN' ? 'HIDDEN' : 'ACTIVE' })}
        />
        <p className={styles.help}>{t(`status_${draft.status}`)}</p>
      </fieldset>
    </div>
  );
}
