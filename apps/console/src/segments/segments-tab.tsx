'use client';
import { Anchor, Button, Skeleton } from '@mantine/core';
import { IconPlus, IconUsersGroup } from '@tabler/icons-react';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { editorHref, useEdited } from '@/cold-start/use-edited';
import { Empty } from '@/design/empty';
import { Meter } from '@/design/meter';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { Tag } from '@/design/tag';
import { type Deleted, DeletedNotice } from '@/form/deleted-notice';
import { EditorMissing } from '@/form/editor-missing';
import rows from '@/form/editor-rows.module.css';
import { useFilterText } from '@/form/use-filter-text';
import type { SegmentsQuery } from '@/generated/graphql';
import { useMay } from '@/session/use-may';
import { SegmentEditor } from './segment-editor';
import styles from './segments.module.css';
import { useBuiltInLabel } from './use-built-in-label';
import { useSegmentForm, useSegments } from './use-segments';

/** Groups of people that rules act on, with how many are in each now. */
export function SegmentsTab() {
  const t = useTranslations('segments');
  const edited = useEdited();
  const query = useSegments();
  const form = useSegmentForm();
  const [deleted, setDeleted] = useState<Deleted | null>(null);
  const skeleton = <Skeleton height={420} radius="lg" />;
  return (
    <QueryView query={query} skeleton={skeleton}>
      {(list) => {
        if (edited.key === null && edited.make === null)
          return (
            <>
              <DeletedNotice deleted={deleted} onClose={() => setDeleted(null)} />
              <SegmentList list={list} />
            </>
          );
        const segment = list.nodes.find(({ key }) => key === (edited.key ?? edited.make));
        if (edited.key !== null && segment === undefined) {
          return (
            <EditorMissing
              backHref={editorHref('segments')}
              back={t('back')}
              name={edited.key}
              title={t('missing')}
              text={t('missingText')}
            />
          );
        }
        return (
          <QueryView query={form} skeleton={skeleton}>
            {(schema) =>
              edited.key === null ? (
                <SegmentEditor
                  key="new"
                  segment={null}
                  copied={segment ?? null}
                  form={schema}
                  onDeleted={setDeleted}
                />
              ) : (
                <SegmentEditor
                  key={edited.key}
                  segment={segment ?? null}
                  copied={null}
                  form={schema}
                  onDeleted={setDeleted}
                />
              )
            }
          </QueryView>
        );
      }}
    </QueryView>
  );
}

function SegmentList({ list }: { readonly list: SegmentsQuery['segments'] }) {
  const t = useTranslations('segments');
  const format = useFormatter();
  const filterText = useFilterText();
  const builtInLabel = useBuiltInLabel();
  const may = useMay('MERCHANDISER');
  const { begin } = useEdited();
  const button = may ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => begin('new segment')}>
      {t('new')}
    </Button>
  ) : null;
  const hasOwn = list.nodes.some(({ version }) => version != null);
  return (
    <Panel
      title={t('title')}
      note={
        list.sampled < list.profiles
          ? t('sampled', { sampled: list.sampled, profiles: list.profiles })
          : t('counted', { profiles: list.profiles })
      }
      action={button}
      flush
    >
      <ul className={rows.list}>
        {list.nodes.map(({ key, label, when, version, size, share }) => {
          const percent = format.number(share, { style: 'percent', maximumFractionDigits: 1 });
          const people = t('people', { count: size });
          return (
            <li key={key} className={rows.row}>
              <div className={rows.main}>
                <div className={rows.head}>
                  <Anchor component={Link} href={editorHref('segments', key)} className={rows.name}>
                    {version == null ? builtInLabel(key, label) : label}
                  </Anchor>
                  <code className={rows.key}>{key}</code>
                  {version == null ? <Tag>{t('builtIn')}</Tag> : null}
                </div>
                <p className={rows.text}>{filterText(when)}</p>
              </div>
              <div className={styles.size}>
                <span>
                  <strong className="number">{people}</strong> · <span className="number">{percent}</span>
                </span>
                <Meter value={share} of={1} label={label} text={`${people}, ${percent}`} />
              </div>
            </li>
          );
        })}
      </ul>
      {hasOwn ? null : (
        <Empty icon={<IconUsersGroup size={24} />} title={t('none')} text={t('noneText')} action={button} />
      )}
    </Panel>
  );
}
