'use client';
import { Button, Select, TextInput } from '@mantine/core';
import { IconCompass } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import { editorHref, useEdited } from '@/cold-start/use-edited';
import { Panel } from '@/design/panel';
import { Tag } from '@/design/tag';
import styles from '@/form/editor.module.css';
import { EditorActions } from '@/form/editor-actions';
import { EditorHead } from '@/form/editor-head';
import { EditorProblem } from '@/form/editor-problem';
import { keyOfName } from '@/form/key-of-name';
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

/** Writes a placement. Lists go by it within a second. */
export function PlacementEditor(props: {
  readonly placement: Placement | null;
  readonly strategies: readonly { readonly key: string; readonly name: string }[];
}) {
  const t = useTranslations('placements');
  const forms = useTranslations('forms');
  const kinds = useTranslations('fallback');
  const may = useMay('MERCHANDISER');
  const edited = useEdited();
  const queryClient = useQueryClient();
  const formRef = useRef<HTMLFormElement>(null);
  const { placement, strategies } = props;
  const [hasOwnKey, setHasOwnKey] = useState(false);
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
  const key = base === null && !hasOwnKey && draft.key === '' ? keyOfName(draft.name) : draft.key;
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
  const isWrongHere = [...problems.values()].some(({ isOurs }) => isOurs);
  const submit = () => {
    editor.setTried(true);
    if (!isWrongHere) editor.save({ ...draft, key, name: draft.name.trim() });
    else
      requestAnimationFrame(() =>
        formRef.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus(),
      );
  };
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
      </EditorHead>
      <form
        ref={formRef}
        noValidate
        className={`${styles.form} ${styles.narrow}`}
        aria-label={base?.draft.name ?? t('new')}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <fieldset disabled={!may} className={styles.plain}>
          <Panel title={t('what')} note={may ? t('whatNote') : t('viewerNote')}>
            <div className={styles.pair}>
              <TextInput
                label={t('name')}
                withAsterisk
                maxLength={200}
                value={draft.name}
                error={errorOf('name')}
                onChange={(event) => editor.change({ name: event.currentTarget.value })}
              />
              {base === null ? (
                <TextInput
                  label={t('key')}
                  description={t('keyHelp')}
                  inputWrapperOrder={['label', 'input', 'description', 'error']}
                  withAsterisk
                  maxLength={63}
                  spellCheck={false}
                  autoComplete="off"
                  value={key}
                  error={errorOf('key')}
                  onChange={(event) => {
                    setHasOwnKey(true);
                    editor.change({ key: event.currentTarget.value });
                  }}
                />
              ) : null}
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
        </fieldset>
        <EditorProblem
          editor={editor}
          titles={{ conflict: t('conflict'), taken: t('keyTaken') }}
          isSaidByFields={problems.size > 0}
        />
        {may ? (
          <EditorActions
            version={base?.version ?? null}
            isDirty={editor.isDirty}
            isSaving={editor.isSaving}
            effect={t('effect')}
            onDiscard={placement === null ? edited.close : editor.discard}
          />
        ) : null}
      </form>
    </>
  );
}

const versionedOf = ({ version, updatedAt: _, ...draft }: Placement): Versioned<PlacementDraft> => ({
  version,
  draft,
});
