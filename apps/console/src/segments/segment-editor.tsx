'use client';
import { Button } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
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
import { asObject } from '@/form/form-value';
import { NameAndKey, useOwnKey } from '@/form/name-and-key';
import { SchemaForm } from '@/form/schema-form';
import { problemsOf } from '@/form/use-form-errors';
import { useVersionedDraft, type Versioned } from '@/form/use-versioned-draft';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import { useMay } from '@/session/use-may';
import { SegmentRules, useRulesOfSegment } from './segment-rules';
import { SegmentSize } from './segment-size';
import { useBuiltInLabel } from './use-built-in-label';
import { refreshSegments, type Segment } from './use-segments';

const saveSegmentMutation = graphql(`
  mutation SaveSegment($input: SegmentInput!) {
    saveSegment(input: $input) { key label when version }
  }
`);
const deleteSegmentMutation = graphql(`
  mutation DeleteSegment($key: String!, $expectedVersion: Int!) { deleteSegment(key: $key, expectedVersion: $expectedVersion) }
`);

interface SegmentDraft {
  readonly key: string;
  readonly label: string;
  readonly when: Readonly<Record<string, unknown>> | null;
}

/** Writes a segment, with how many people are in it beside. A built-in one is looked at, and copied. */
export function SegmentEditor(props: {
  readonly segment: Segment | null;
  /** What a new one begins with; null: with nothing. */
  readonly copied: Segment | null;
  readonly form: Record<string, unknown>;
  readonly onDeleted: (deleted: Deleted) => void;
}) {
  const t = useTranslations('segments');
  const forms = useTranslations('forms');
  const builtInLabel = useBuiltInLabel();
  const nameOf = ({ key, label, version }: Segment) => (version == null ? builtInLabel(key, label) : label);
  const edited = useEdited();
  const queryClient = useQueryClient();
  const { segment, copied } = props;
  const isBuiltIn = segment !== null && segment.version == null;
  const mayEdit = useMay('MERCHANDISER');
  const may = mayEdit && !isBuiltIn;
  const node = useMemo(() => formNode(props.form), [props.form]);
  const editor = useVersionedDraft<SegmentDraft>({
    stored: segment === null ? null : versionedOf(segment),
    begin:
      segment === null
        ? {
            key: '',
            label: copied === null ? '' : t('copyOf', { label: nameOf(copied) }),
            when: copied?.when ?? null,
          }
        : versionedOf(segment).draft,
    save: async (draft, expectedVersion) => {
      const input = { ...draft, when: { ...draft.when }, expectedVersion };
      return versionedOf((await request(saveSegmentMutation, { input })).saveSegment);
    },
    conflictOf: segmentOfConflict,
    onSaved: async (saved) => {
      await refreshSegments(queryClient);
      if (segment === null) edited.open(saved.draft.key);
    },
  });
  const remove = async ({ draft: gone, version: expectedVersion }: Versioned<SegmentDraft>) => {
    await request(deleteSegmentMutation, { key: gone.key, expectedVersion });
    props.onDeleted({
      name: gone.label,
      undo: async () => {
        const input = { ...gone, when: { ...gone.when }, expectedVersion: 0 };
        await request(saveSegmentMutation, { input });
        await refreshSegments(queryClient);
      },
    });
    edited.close();
    await refreshSegments(queryClient);
  };
  const { draft, base } = editor;
  const ownKey = useOwnKey(draft.key, draft.label, base === null);
  const { key } = ownKey;
  const rules = useRulesOfSegment(base?.draft.key ?? null);
  const own = new Map([
    ...(draft.label.trim() === '' ? [['label', forms('problem.missing')] as const] : []),
    ...(/^[a-z0-9][a-z0-9-]{0,63}$/.test(key) ? [] : [['key', t('keyProblem')] as const]),
    ...(draft.when === null ? [['when', t('whenMissing')] as const] : []),
  ]);
  const errors = new Map([...problemsOf(editor.failure, 'input'), ...(editor.tried ? own : [])]);
  return (
    <>
      <EditorHead
        backHref={editorHref('segments')}
        back={t('back')}
        title={
          base === null ? (
            t('new')
          ) : (
            <>
              {isBuiltIn ? builtInLabel(base.draft.key, base.draft.label) : base.draft.label}
              {isBuiltIn ? <Tag>{t('builtIn')}</Tag> : <Tag>{t('version', { version: base.version })}</Tag>}
            </>
          )
        }
        about={base === null ? t('newNote') : <code>{base.draft.key}</code>}
      >
        {base === null || !mayEdit ? null : (
          <Button
            variant="default"
            leftSection={<IconCopy size={16} aria-hidden />}
            onClick={() => edited.begin(base.draft.key)}
          >
            {t('duplicate')}
          </Button>
        )}
        {base === null || !may ? null : (
          <DeleteButton
            label={t('delete')}
            title={t('deleteTitle', { label: base.draft.label })}
            text={t('deleteText', { count: rules.length })}
            onDelete={() => remove(base)}
          />
        )}
      </EditorHead>
      <div className={styles.columns}>
        <EditorForm
          editor={editor}
          label={base?.draft.label ?? t('new')}
          may={may}
          isWrong={own.size > 0}
          isSaidByFields={errors.size > 0}
          titles={{ conflict: t('conflict'), taken: t('keyTaken') }}
          effect={rules.length === 0 ? null : t('effect', { count: rules.length })}
          onSave={() => editor.save({ ...draft, key, label: draft.label.trim() })}
          onCancel={edited.close}
        >
          <FormScopeContext key={editor.edition} value={{ errors, placements: [], segments: [] }}>
            <Panel
              title={t('who')}
              note={isBuiltIn ? t('builtInNote') : mayEdit ? t('whoNote') : t('viewerNote')}
            >
              <div className={styles.pair}>
                <NameAndKey
                  name={isBuiltIn ? builtInLabel(draft.key, draft.label) : draft.label}
                  nameLabel={t('label')}
                  nameError={errors.get('label')}
                  onName={(label) => editor.change({ label })}
                  ownKey={base === null ? key : null}
                  keyLabel={t('key')}
                  keyError={errors.get('key')}
                  onKey={(typed) => {
                    ownKey.own();
                    editor.change({ key: typed });
                  }}
                />
                <div className={styles.wide}>
                  <SchemaForm
                    node={node}
                    value={draft.when === null ? {} : { when: draft.when }}
                    path=""
                    without={['key', 'label']}
                    onChange={(next) =>
                      editor.change({ when: next['when'] === undefined ? null : asObject(next['when']) })
                    }
                  />
                </div>
              </div>
            </Panel>
          </FormScopeContext>
        </EditorForm>
        <div className={styles.beside}>
          <SegmentSize when={draft.when === null ? null : { ...draft.when }} />
          {base === null ? null : <SegmentRules rules={rules} />}
        </div>
      </div>
    </>
  );
}

const versionedOf = (stored: {
  readonly key: string;
  readonly label: string;
  readonly when: Record<string, unknown>;
  readonly version?: number | null | undefined;
}): Versioned<SegmentDraft> => ({
  version: stored.version ?? 0,
  draft: { key: stored.key, label: stored.label, when: stored.when },
});

/** Somebody else's segment, as the API tells it when a save came too late; null when it does not look like one. */
function segmentOfConflict(
  current: Readonly<Record<string, unknown>> | undefined,
): Versioned<SegmentDraft> | null {
  const { segment, version } = current ?? {};
  const { key, label, when } = asObject(segment);
  if (typeof key !== 'string' || typeof label !== 'string' || typeof version !== 'number') return null;
  return { version, draft: { key, label, when: asObject(when) } };
}
