'use client';
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { ProblemNotice } from '@/design/problem-notice';
import { problemsOf } from '@/form/use-form-errors';
import { useLeaveWarning } from '@/form/use-leave-warning';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import {
  draftOfItem,
  type ItemFields as Fields,
  type ItemDraft,
  inputOfItem,
  isSameItem,
  itemOfConflict,
  itemProblems,
  mergedItem,
  newItemDraft,
} from './item-draft';
import { ItemFields } from './item-fields';
import styles from './item-form.module.css';
import { useItemLabels } from './item-labels';
import { saveItemMutation } from './save-item';

// a conflict is rare
const ConflictNotice = dynamic(() =>
  import('@/form/conflict-notice').then((module) => module.ConflictNotice),
);

export interface StoredItem {
  readonly fields: Fields;
  readonly revision: string;
}

/** Writes one item. A save goes on from what was seen: whoever was quicker is shown, and nothing typed is lost. */
export function ItemForm(props: {
  /** Null: a new one. */
  readonly stored: StoredItem | null;
  /** What the form begins with, where that is not what is stored: an earlier state that is put back. */
  readonly begin: Fields | null;
  readonly onSaved: (
    saved: { readonly id: string; readonly revision: string },
    before: StoredItem | null,
  ) => void;
  readonly onCancel: () => void;
  readonly onDirty: (isDirty: boolean) => void;
}) {
  const t = useTranslations('itemForm');
  const labels = useItemLabels();
  const queryClient = useQueryClient();
  const formRef = useRef<HTMLFormElement>(null);
  // the button that opened it is gone: the focus goes on from here, and to no field, which would raise a keyboard
  useEffect(() => formRef.current?.focus({ preventScroll: true }), []);
  const [stored, setStored] = useState(props.stored);
  const base = stored === null ? newItemDraft : draftOfItem(stored.fields);
  const [draft, setDraft] = useState<ItemDraft>(() =>
    props.begin === null ? base : draftOfItem(props.begin),
  );
  const [tried, setTried] = useState(false);
  const isDirty = !isSameItem(draft, base);
  useLeaveWarning(isDirty);
  const save = useMutation({
    mutationFn: async (wanted: { readonly draft: ItemDraft; readonly expectedRevision: string | null }) =>
      (
        await request(saveItemMutation, {
          input: inputOfItem(wanted.draft),
          expectedRevision: wanted.expectedRevision,
        })
      ).saveItem,
    onSuccess: async (saved) => {
      props.onDirty(false);
      await Promise.all(
        ['items', 'item', 'encoding-progress'].map((key) =>
          queryClient.invalidateQueries({ queryKey: [key] }),
        ),
      );
      props.onSaved(saved, stored);
    },
  });
  const failure = save.error === null ? null : asFailure(save.error);
  const conflict = failure?.code === 'CONFLICT' ? itemOfConflict(failure.details.current) : null;
  const problems = itemProblems(draft);
  const errors = new Map([
    ...problemsOf(failure, 'input'),
    ...(tried ? [...problems].map(([field, problem]) => [field, t(`problem.${problem}`)] as const) : []),
  ]);
  const showFirstError = () =>
    requestAnimationFrame(() => {
      const field = formRef.current?.querySelector<HTMLElement>('[aria-invalid=true]');
      field?.focus();
    });
  const submit = () => {
    setTried(true);
    if (problems.size > 0) showFirstError();
    else save.mutate({ draft, expectedRevision: stored?.revision ?? null }, { onError: showFirstError });
  };
  const change = (part: Partial<ItemDraft>) => {
    if (failure?.code === 'BAD_INPUT') save.reset();
    const next = { ...draft, ...part };
    setDraft(next);
    props.onDirty(!isSameItem(next, base));
  };
  const theirs = conflict === null ? null : draftOfItem(conflict.item);
  return (
    <form
      ref={formRef}
      tabIndex={-1}
      noValidate
      className={styles.form}
      aria-label={stored === null ? t('new') : t('edit')}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {props.begin === null ? null : <p className={styles.begin}>{t('putBackNote')}</p>}
      <ItemFields draft={draft} isNew={stored === null} errors={errors} onChange={change} />
      {/* beside the button that was pressed: the form is longer than a window */}
      {conflict !== null && theirs !== null ? (
        <ConflictNotice
          title={stored === null ? t('idTaken') : t('conflict')}
          theirs={labels(inputOfItem(theirs))}
          yours={labels(inputOfItem(stored === null ? draft : mergedItem(base, draft, theirs)))}
          author={conflict.author}
          pending={save.isPending}
          onKeepMine={() =>
            save.mutate({
              draft: stored === null ? draft : mergedItem(base, draft, theirs),
              expectedRevision: conflict.revision,
            })
          }
          onTakeTheirs={
            stored === null
              ? null
              : () => {
                  save.reset();
                  setStored({ fields: conflict.item, revision: conflict.revision });
                  setDraft(theirs);
                  props.onDirty(false);
                }
          }
        />
      ) : failure !== null && errors.size === 0 ? (
        <ProblemNotice failure={failure} />
      ) : null}
      <div className={styles.actions}>
        <span className={styles.state} aria-live="polite">
          {isDirty ? t('unsaved') : t('unchanged')}
        </span>
        <Button variant="default" onClick={props.onCancel}>
          {t('cancel')}
        </Button>
        <Button type="submit" disabled={!isDirty} loading={save.isPending}>
          {stored === null ? t('create') : t('save')}
        </Button>
      </div>
    </form>
  );
}
