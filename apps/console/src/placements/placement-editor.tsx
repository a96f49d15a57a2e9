'use client';
import { Button, Select, TextInput } from '@mantine/core';
import { IconCompass } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { editorHref, useEdited } from '@/cold-start/use-edited';
import { Panel } from '@/design/panel';
import { Tag } from '@/design/tag';
import { DeleteButton } from '@/form/delete-button';
import type { Deleted } from '@/form/deleted-notice';
import styles from '@/form/editor.module.css';
import { EditorForm } from '@/form/editor-form';
import { EditorHead } from '@/form/editor-head';
import { NameAndKey, useOwnKey } from '@/form/name-and-key';
import { useVersionedDraft, type Versioned } from '@/form/use-versioned-draft';
import { graphql } from '@/generated';
import type { PlacementKind } from '@/generated/graphql';
import { request } from '@/graphql/request';
import { useMay } from '@/session/use-may';
import { FallbackChain } from './fallback-chain';
import { type PlacementDraft, placementErrors, placementOfConflict } from './placement-draft';
import { type Placement, placementKinds, refreshPlacements } from './use-placements';

const savePlacementMutation = graphql(`
  mutation SavePlacement($input: PlacementInput!) {
    savePlacement(input: $input) { key version name kind strategyKey size fallback updatedAt }
  }
`);

const deletePlacementMutation = graphql(`
  mutation DeletePlacement($key: String!, $expectedVersion: Int!) {
    deletePlacement(key: $key, expectedVersion: $expectedVersion) { key name kind strategyKey size fallback }
  }
`);

/** Writes a placement. Lists go by it within a second. */
export function PlacementEditor(props: {
  readonly placement: Placement | null;
  readonly strategies: readonly { readonly key: string; readonly name: string }[];
  readonly onDeleted: (deleted: Deleted) => void;
}) {
  const t = useTranslations('placements');
  const forms = useTranslations('forms');
  const kinds = useTranslations('fallback');
  const may = useMay('MERCHANDISER');
  const edited = useEdited();
  const queryClient = useQueryClient();
  const { placement, strategies } = props;
  const editor = useVersionedDraft<PlacementDraft>({
    stored: placement === null ? null : versionedOf(placement),
    begin:
      placement === null
        ? {
            key: '',
            name: '',
            kind: 'PERSONAL',
            strategyKey: strategies[0]?.key ?? '',
            size: 10,
            fallback: [],
          }
        : versionedOf(placement).draft,
    save: async ({ size, ...draft }, expectedVersion) => {
      const input = {
        ...draft,
        kind: draft.kind as PlacementKind,
        fallback: [...draft.fallback],
        size: size ?? 0,
        expectedVersion,
      };
      return versionedOf((await request(savePlacementMutation, { input })).savePlacement);
    },
    conflictOf: placementOfConflict,
    onSaved: async (saved) => {
      await refreshPlacements(queryClient);
      if (placement === null) edited.open(saved.draft.key);
    },
  });
  const { draft, base } = editor;
  const { key, own } = useOwnKey(draft.key, draft.name, base === null);
  const problems = placementErrors({ ...draft, key }, editor.failure);
  const errorOf = (field: keyof PlacementDraft): string | null => {
    const problem = problems.get(field);
    if (problem === undefined || (problem.isOurs && !editor.tried)) return null;
    if (!problem.isOurs) return problem.text;
    if (problem.text === 'key') return t('keyProblem');
    return problem.text === 'size'
      ? forms('problem.range', { least: 1, most: 100 })
      : forms('problem.missing');
  };
  const remove = async (seen: Versioned<PlacementDraft>) => {
    const variables = { key: seen.draft.key, expectedVersion: seen.version };
    const { deletePlacement: gone } = await request(deletePlacementMutation, variables);
    props.onDeleted({
      name: gone.name,
      undo: async () => {
        await request(savePlacementMutation, { input: { ...gone, expectedVersion: 0 } });
        await refreshPlacements(queryClient);
      },
    });
    edited.close();
    await refreshPlacements(queryClient);
  };
  const isWrongHere = [...problems.values()].some(({ isOurs }) => isOurs);
  const options = strategies.map((one) => ({ value: one.key, label: one.name }));
  return (
    <>
      <EditorHead
        backHref={editorHref('placements')}
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
        about={base === null ? t('newNote') : <code>{base.draft.key}</code>}
      >
        {base === null ? null : (
          <Button
            component={Link}
            variant="default"
            href={`/preview?placement=${encodeURIComponent(base.draft.key)}`}
            leftSection={<IconCompass size={16} aria-hidden />}
          >
            {t('preview')}
          </Button>
        )}
        {base === null || !may ? null : (
          <DeleteButton
            label={t('delete')}
            title={t('deleteTitle', { name: base.draft.name })}
            text={t('deleteText')}
            onDelete={() => remove(base)}
          />
        )}
      </EditorHead>
      <EditorForm
        editor={editor}
        label={base?.draft.name ?? t('new')}
        isNarrow
        may={may}
        isWrong={isWrongHere}
        isSaidByFields={problems.size > 0}
        titles={{ conflict: t('conflict'), taken: t('keyTaken') }}
        effect={t('effect')}
        onSave={() => editor.save({ ...draft, key, name: draft.name.trim() })}
        onCancel={edited.close}
      >
        <Panel title={t('what')} note={may ? t('whatNote') : t('viewerNote')}>
          <div className={styles.pair}>
            <NameAndKey
              name={draft.name}
              nameLabel={t('name')}
              nameError={errorOf('name')}
              onName={(name) => editor.change({ name })}
              ownKey={base === null ? key : null}
              keyLabel={t('key')}
              keyHelp={t('keyHelp')}
              keyError={errorOf('key')}
              onKey={(typed) => {
                own();
                editor.change({ key: typed });
              }}
            />
            <Select
              label={t('kind')}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              description={t(`kindHelp.${placementKinds.find((one) => one === draft.kind) ?? 'PERSONAL'}`)}
              data={placementKinds.map((value) => ({ value, label: kinds(`kinds.${value}`) }))}
              value={draft.kind}
              allowDeselect={false}
              onChange={(value) => editor.change({ kind: value ?? draft.kind })}
            />
            <TextInput
              label={t('size')}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              description={t('sizeHelp')}
              type="number"
              inputMode="numeric"
              min={1}
              max={100}
              withAsterisk
              value={draft.size ?? ''}
              error={errorOf('size')}
              onChange={({ currentTarget: { value } }) =>
                editor.change({ size: value === '' ? null : Number(value) })
              }
            />
          </div>
        </Panel>
        <Panel title={t('chain')} note={t('chainNote')}>
          <Select
            mb="md"
            label={t('strategy')}
            data={options}
            value={draft.strategyKey}
            error={errorOf('strategyKey')}
            allowDeselect={false}
            searchable
            onChange={(value) =>
              editor.change({
                strategyKey: value ?? draft.strategyKey,
                fallback: draft.fallback.filter((one) => one !== value),
              })
            }
          />
          <FallbackChain
            strategyKey={draft.strategyKey}
            fallback={draft.fallback}
            strategies={strategies}
            error={errorOf('fallback')}
            may={may}
            onChange={(fallback) => editor.change({ fallback })}
          />
        </Panel>
      </EditorForm>
    </>
  );
}

const versionedOf = ({ version, updatedAt: _, ...draft }: Placement): Versioned<PlacementDraft> => ({
  version,
  draft,
});
