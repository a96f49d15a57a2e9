'use client';
import { Anchor, Button, Skeleton } from '@mantine/core';
import { IconLayoutGrid, IconPlus } from '@tabler/icons-react';
import Link from 'next/link';
import { useFormatter, useNow, useTranslations } from 'next-intl';
import { useState } from 'react';
import { editorHref, useEdited } from '@/cold-start/use-edited';
import { Empty } from '@/design/empty';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { Tag } from '@/design/tag';
import { type Deleted, DeletedNotice } from '@/form/deleted-notice';
import { EditorMissing } from '@/form/editor-missing';
import rows from '@/form/editor-rows.module.css';
import type { EditedPlacementsQuery } from '@/generated/graphql';
import { useMay } from '@/session/use-may';
import { PlacementEditor } from './placement-editor';
import { usePlacements } from './use-placements';

/** The named spots of a site: what each shows, by which strategy, and what answers when that one cannot. */
export function PlacementsTab() {
  const t = useTranslations('placements');
  const edited = useEdited();
  const query = usePlacements();
  const [deleted, setDeleted] = useState<Deleted | null>(null);
  return (
    <QueryView query={query} skeleton={<Skeleton height={420} radius="lg" />}>
      {(data) => {
        const { placements, strategies } = data;
        if (edited.make !== null)
          return (
            <PlacementEditor key="new" placement={null} strategies={strategies} onDeleted={setDeleted} />
          );
        if (edited.key === null)
          return (
            <>
              <DeletedNotice deleted={deleted} onClose={() => setDeleted(null)} />
              <PlacementList {...data} />
            </>
          );
        const placement = placements.find(({ key }) => key === edited.key);
        return placement === undefined ? (
          <EditorMissing
            backHref={editorHref('placements')}
            back={t('back')}
            name={edited.key}
            title={t('missing')}
            text={t('missingText')}
          />
        ) : (
          <PlacementEditor
            key={placement.key}
            placement={placement}
            strategies={strategies}
            onDeleted={setDeleted}
          />
        );
      }}
    </QueryView>
  );
}

function PlacementList({ placements, strategies }: EditedPlacementsQuery) {
  const t = useTranslations('placements');
  const kinds = useTranslations('fallback');
  const format = useFormatter();
  const now = useNow({ updateInterval: 60_000 });
  const may = useMay('MERCHANDISER');
  const { begin } = useEdited();
  const nameOf = (key: string) => strategies.find((one) => one.key === key)?.name ?? key;
  const button = may ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => begin('new')}>
      {t('new')}
    </Button>
  ) : null;
  return (
    <Panel title={t('title')} note={t('note')} action={button} flush>
      {placements.length === 0 ? (
        <Empty icon={<IconLayoutGrid size={24} />} title={t('none')} text={t('noneText')} action={button} />
      ) : (
        <ul className={rows.list}>
          {placements.map(({ key, name, kind, size, strategyKey, fallback, updatedAt }) => (
            <li key={key} className={rows.row}>
              <div className={rows.main}>
                <div className={rows.head}>
                  <Anchor component={Link} href={editorHref('placements', key)} className={rows.name}>
                    {name}
                  </Anchor>
                  <code className={rows.key}>{key}</code>
                </div>
                <p className={rows.text}>
                  {[nameOf(strategyKey), ...fallback.map(nameOf)].join(' → ')}
                  {' · '}
                  {t('slots', { count: size })}
                </p>
              </div>
              <div className={rows.side}>
                <Tag tone="accent">{kinds(`kinds.${kind}`)}</Tag>
                <time dateTime={updatedAt} className={rows.when}>
                  {format.relativeTime(new Date(updatedAt), now)}
                </time>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
