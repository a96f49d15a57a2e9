'use client';
import { type ReactNode, useRef } from 'react';
import styles from './editor.module.css';
import { EditorActions } from './editor-actions';
import { EditorProblem } from './editor-problem';
import type { VersionedDraft } from './use-versioned-draft';

/**
 * The form of something with versions: its fields, what became of the last save, and what can be done. A save with
 * something wrong that is seen here leads to the first field that is wrong.
 */
export function EditorForm<Draft extends object>(props: {
  readonly editor: VersionedDraft<Draft>;
  /** Names the form for those who do not see it. */
  readonly label: string;
  /** Of few fields. */
  readonly isNarrow?: boolean;
  readonly may: boolean;
  readonly isWrong: boolean;
  /** Whether the fields say what was wrong with the last save. */
  readonly isSaidByFields: boolean;
  readonly titles: { readonly conflict: string; readonly taken: string };
  /** What a save does to others. */
  readonly effect: ReactNode;
  readonly onSave: () => void;
  /** Gives up a new one. */
  readonly onCancel: () => void;
  readonly children: ReactNode;
}) {
  const { editor, may } = props;
  const ref = useRef<HTMLFormElement>(null);
  const submit = () => {
    editor.setTried(true);
    if (!props.isWrong) props.onSave();
    else requestAnimationFrame(() => ref.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };
  return (
    <form
      ref={ref}
      noValidate
      className={`${styles.form} ${props.isNarrow === true ? styles.narrow : ''}`}
      aria-label={props.label}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <fieldset disabled={!may} className={styles.plain}>
        {props.children}
      </fieldset>
      <EditorProblem editor={editor} titles={props.titles} isSaidByFields={props.isSaidByFields} />
      {may ? (
        <EditorActions
          version={editor.base?.version ?? null}
          isDirty={editor.isDirty}
          isSaving={editor.isSaving}
          effect={props.effect}
          onDiscard={editor.base === null ? props.onCancel : editor.discard}
        />
      ) : null}
    </form>
  );
}
