'use client';
import { Anchor, Button, Skeleton } from '@mantine/core';
import { IconAdjustments, IconPlus } from '@tabler/icons-react';
import Link from 'next/link';
import { useFormatter, useNow, useTranslations } from 'next-intl';
import { useState } from 'react';
import { editorHref, useEdited } from '@/cold-start/use-edited';
import { Empty } from '@/design/empty';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { Tag } from '@/design/tag';
import { useActorText } from '@/design/use-actor-text';
import { type Deleted, DeletedNotice } from '@/form/deleted-notice';
import { EditorMissing } from '@/form/editor-missing';
import rows from '@/form/editor-rows.module.css';
import { useMay } from '@/session/use-may';
import { StrategyChoice, useStrategyBeginnings } from './strategy-choice';
import { StrategyEditor } from './strategy-editor';
import { type Strategy, type StrategyUse, useStrategies, useStrategyForm } from './use-strategies';

/** Pipelines by name: which there are and what uses each; one is written here, and a new one begun from a ready-made. */
export function StrategiesTab() {
  const t = useTranslations('strategies');
  const edited = useEdited();
  const query = useStrategies();
  const form = useStrategyForm();
  const [deleted, setDeleted] = useState<Deleted | null>(null);
  const skeleton = <Skeleton height={420} radius="lg" />;
  return (
    <QueryView query={query} skeleton={skeleton}>
      {({ strategies, strategyUses }) => {
        if (edited.key === null && edited.make === null)
          return (
            <>
              <DeletedNotice deleted={deleted} onClose={() => setDeleted(null)} />
              <StrategyList strategies={strategies} uses={strategyUses} />
            </>
          );
        const strategy = strategies.find(({ key }) => key === edited.key);
        if (edited.key !== null && strategy === undefined) {
          return (
            <EditorMissing
              backHref={editorHref('strategies')}
              back={t('back')}
              name={edited.key}
              title={t('missing')}
              text={t('missingText')}
            />
          );
        }
        return (
          <QueryView query={form} skeleton={skeleton}>
            {({ strategySchema, strategyTemplates }) =>
              strategy === undefined ? (
                <NewStrategy
                  make={edited.make ?? ''}
                  strategies={strategies}
                  templates={strategyTemplates}
                  schema={strategySchema}
                  onDeleted={setDeleted}
                />
              ) : (
                <StrategyEditor
                  key={strategy.key}
                  strategy={strategy}
                  begin={null}
                  schema={strategySchema}
                  uses={strategyUses.filter((use) => use.strategyKey === strategy.key)}
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

function NewStrategy(props: {
  readonly make: string;
  readonly strategies: readonly Strategy[];
  readonly templates: Parameters<typeof useStrategyBeginnings>[1];
  readonly schema: Record<string, unknown>;
  readonly onDeleted: (deleted: Deleted) => void;
}) {
  const beginnings = useStrategyBeginnings(props.strategies, props.templates);
  const begin = beginnings.find(({ id }) => id === props.make);
  return begin === undefined ? (
    <StrategyChoice beginnings={beginnings} />
  ) : (
    <StrategyEditor
      key={begin.id}
      strategy={null}
      begin={begin}
      schema={props.schema}
      uses={[]}
      onDeleted={props.onDeleted}
    />
  );
}

function StrategyList(props: {
  readonly strategies: readonly Strategy[];
  readonly uses: readonly StrategyUse[];
}) {
  const t = useTranslations('strategies');
  const format = useFormatter();
  const actorText = useActorText();
  const now = useNow({ updateInterval: 60_000 });
  const may = useMay('MERCHANDISER');
  const { begin } = useEdited();
  const button = may ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => begin('choose')}>
      {t('new')}
    </Button>
  ) : null;
  return (
    <Panel title={t('title')} note={t('note')} action={button} flush>
      {props.strategies.length === 0 ? (
        <Empty icon={<IconAdjustments size={24} />} title={t('none')} text={t('noneText')} action={button} />
      ) : (
        <ul className={rows.list}>
          {props.strategies.map(({ key, name, version, createdAt, createdBy }) => {
            const own = props.uses.filter((use) => use.strategyKey === key);
            const named = (kind: StrategyUse['kind']) => own.filter((use) => use.kind === kind);
            return (
              <li key={key} className={rows.row}>
                <div className={rows.main}>
                  <div className={rows.head}>
                    <Anchor component={Link} href={editorHref('strategies', key)} className={rows.name}>
                      {name}
                    </Anchor>
                    <code className={rows.key}>{key}</code>
                  </div>
                  <p className={rows.text}>
                    {own.length === 0
                      ? t('unused')
                      : [
                          named('PLACEMENT').length === 0
                            ? null
                            : t('serves', {
                                names: format.list(named('PLACEMENT').map((use) => use.name)),
                              }),
                          named('FALLBACK').length === 0
                            ? null
                            : t('fallsBack', { count: named('FALLBACK').length }),
                          named('EXPERIMENT').length === 0
                            ? null
                            : t('inExperiments', { count: named('EXPERIMENT').length }),
                        ]
                          .filter((part) => part !== null)
                          .join(' · ')}
                  </p>
                </div>
                <div className={rows.side}>
                  <Tag>{t('version', { version })}</Tag>
                  <time
                    dateTime={createdAt}
                    className={rows.when}
                    title={createdBy == null ? undefined : actorText(createdBy)}
                  >
                    {format.relativeTime(new Date(createdAt), now)}
                  </time>
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}
