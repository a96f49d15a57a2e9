'use client';
import { Button } from '@mantine/core';
import { IconCompass, IconCopy } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { editorHref, useEdited } from '@/cold-start/use-edited';
import { Panel } from '@/design/panel';
import { Tag } from '@/design/tag';
import { DeleteButton } from '@/form/delete-button';
import type { Deleted } from '@/form/deleted-notice';
import styles from '@/form/editor.module.css';
import { EditorForm } from '@/form/editor-form';
import { EditorHead } from '@/form/editor-head';
import { formNode } from '@/form/form-node';
import { FormScopeContext } from '@/form/form-scope';
import { asObject, type FormObject, shortcomings } from '@/form/form-value';
import { NameAndKey, useOwnKey } from '@/form/name-and-key';
import { problemsOf, useShortcomingTexts } from '@/form/use-form-errors';
import { useVersionedDraft, type Versioned } from '@/form/use-versioned-draft';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import { useMay } from '@/session/use-may';
import type { StrategyBeginning } from './strategy-choice';
import { StrategyGroups } from './strategy-groups';
import { StrategyUses } from './strategy-uses';
import { StrategyVersions } from './strategy-versions';
import { refreshStrategies, type Strategy, type StrategyUse } from './use-strategies';

const saveStrategyMutation = graphql(`
  mutation SaveStrategy($input: StrategyInput!) {
    saveStrategy(input: $input) { key name version config }
  }
`);

const archiveStrategyMutation = graphql(`
  mutation ArchiveStrategy($key: String!, $expectedVersion: Int!) {
    archiveStrategy(key: $key, expectedVersion: $expectedVersion) { version }
  }
`);

export interface StrategyDraft {
  readonly key: string;
  readonly name: string;
  readonly config: FormObject;
}

/** Writes a strategy. Saving makes its next version, which serves at once wherever the strategy is named. */
export function StrategyEditor(props: {
  readonly strategy: Strategy | null;
  readonly begin: StrategyBeginning | null;
  readonly schema: Record<string, unknown>;
  readonly uses: readonly StrategyUse[];
  readonly onDeleted: (deleted: Deleted) => void;
}) {
  const t = useTranslations('strategies');
  const forms = useTranslations('forms');
  const format = useFormatter();
  const may = useMay('MERCHANDISER');
  const edited = useEdited();
  const queryClient = useQueryClient();
  const shortcomingTexts = useShortcomingTexts();
  const node = useMemo(() => formNode(props.schema), [props.schema]);
  const { strategy, begin } = props;
  const editor = useVersionedDraft<StrategyDraft>({
    stored: strategy === null ? null : versionedOf(strategy),
    begin:
      strategy === null
        ? {
            key: '',
            name: begin === null ? '' : t('copyOf', { name: begin.name }),
            config: begin?.config ?? {},
          }
        : versionedOf(strategy).draft,
    save: async (draft, expectedVersion) => {
      const { key, name, config } = draft;
      const input = { key, name: name.trim(), config: { ...config }, expectedVersion };
      return versionedOf((await request(saveStrategyMutation, { input })).saveStrategy);
    },
    conflictOf: strategyOfConflict,
    onSaved: async (saved) => {
      await refreshStrategies(queryClient);
      if (strategy === null) edited.open(saved.draft.key);
    },
  });
  const { draft, base, failure } = editor;
  const ownKey = useOwnKey(draft.key, draft.name, base === null);
  const { key } = ownKey;
  const missing = shortcomings(node, draft.config, 'config');
  const own = new Map([
    ...(draft.name.trim() === '' ? [['name', forms('problem.missing')] as const] : []),
    ...(/^[a-z0-9][a-z0-9-]{0,62}$/.test(key) ? [] : [['key', t('keyProblem')] as const]),
  ]);
  const errors = new Map([
    ...problemsOf(failure, 'input'),
    ...(editor.tried ? [...own, ...shortcomingTexts(missing)] : []),
  ]);
  const remove = async ({ draft: gone, version: expectedVersion }: Versioned<StrategyDraft>) => {
    const { archiveStrategy: put } = await request(archiveStrategyMutation, {
      key: gone.key,
      expectedVersion,
    });
    props.onDeleted({
      name: gone.name,
      undo: async () => {
        const input = { ...gone, config: { ...gone.config }, expectedVersion: put.version };
        await request(saveStrategyMutation, { input });
        await refreshStrategies(queryClient);
      },
    });
    edited.close();
    await refreshStrategies(queryClient);
  };
  const serving = props.uses.filter(({ kind }) => kind !== 'EXPERIMENT');
  return (
    <>
      <EditorHead
        backHref={editorHref('strategies')}
        back={t('back')}
        title={
          base === null ? (
            t('new')
          ) : (
            <>
              {base.draft.name}
              <Tag>{t('version', { version: base.version })}</Tag>
            </>
          )
        }
        about={base === null ? t('begunWith', { name: begin?.name ?? '' }) : <code>{base.draft.key}</code>}
      >
        {base === null || !may ? null : (
          <Button
            variant="default"
            leftSection={<IconCopy size={16} aria-hidden />}
            onClick={() => edited.begin(`strategy:${base.draft.key}`)}
          >
            {t('duplicate')}
          </Button>
        )}
        {serving[0] === undefined ? null : (
          <Button
            component={Link}
            variant="default"
            href={`/preview?placement=${encodeURIComponent(serving[0].key)}`}
            leftSection={<IconCompass size={16} aria-hidden />}
          >
            {t('preview')}
          </Button>
        )}
        {base === null || !may ? null : (
          <DeleteButton
            label={t('archive')}
            title={t('archiveTitle', { name: base.draft.name })}
            text={t('archiveText')}
            onDelete={() => remove(base)}
          />
        )}
      </EditorHead>
      <div className={styles.columns}>
        <EditorForm
          editor={editor}
          label={base?.draft.name ?? t('new')}
          may={may}
          isWrong={own.size > 0 || missing.length > 0}
          isSaidByFields={errors.size > 0}
          titles={{ conflict: t('conflict'), taken: t('keyTaken') }}
          effect={
            serving.length === 0
              ? null
              : t('effect', { names: format.list([...new Set(serving.map(({ name }) => name))]) })
          }
          onSave={() => editor.save({ ...draft, key })}
          onCancel={edited.close}
        >
          <FormScopeContext key={editor.edition} value={{ errors, placements: [], segments: [] }}>
            <Panel title={t('naming')} note={may ? t('namingNote') : t('viewerNote')}>
              <div className={styles.pair}>
                <NameAndKey
                  name={draft.name}
                  nameLabel={t('name')}
                  nameError={errors.get('name')}
                  onName={(name) => editor.change({ name })}
                  ownKey={base === null ? key : null}
                  keyLabel={t('key')}
                  keyError={errors.get('key')}
                  onKey={(typed) => {
                    ownKey.own();
                    editor.change({ key: typed });
                  }}
                />
              </div>
            </Panel>
            <StrategyGroups
              node={node}
              config={draft.config}
              base={base?.draft.config ?? begin?.config ?? null}
              errors={errors}
              onChange={(config) => editor.change({ config })}
            />
          </FormScopeContext>
        </EditorForm>
        <div className={styles.beside}>
          <StrategyUses uses={props.uses} isNew={base === null} />
          {base === null ? null : (
            <StrategyVersions
              strategyKey={base.draft.key}
              node={node}
              newest={base.version}
              onFill={may ? (config) => editor.adopt({ ...draft, config }) : null}
            />
          )}
        </div>
      </div>
    </>
  );
}

const versionedOf = (
  stored: Pick<Strategy, 'key' | 'name' | 'version' | 'config'>,
): Versioned<StrategyDraft> => ({
  version: stored.version,
  draft: { key: stored.key, name: stored.name, config: stored.config },
});

/** Somebody else's strategy, as the API tells it when a save came too late; null when it does not look like one. */
function strategyOfConflict(
  current: Readonly<Record<string, unknown>> | undefined,
): Versioned<StrategyDraft> | null {
  const { key, name, version, config } = current ?? {};
  if (typeof key !== 'string' || typeof name !== 'string' || typeof version !== 'number') return null;
  return { version, draft: { key, name, config: asObject(config) } };
}
