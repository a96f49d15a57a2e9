'use client';
import dynamic from 'next/dynamic';
import { ProblemNotice } from '@/design/problem-notice';
import type { VersionedDraft } from './use-versioned-draft';

// a conflict is rare
const ConflictNotice = dynamic(() => import('./conflict-notice').then((module) => module.ConflictNotice));

/** What became of a save that did not go through: somebody was quicker, or a failure that no field says. */
export function EditorProblem<Draft extends object>(props: {
  readonly editor: VersionedDraft<Draft>;
  readonly titles: { readonly conflict: string; readonly taken: string };
  /** Whether the fields say what is wrong. */
  readonly isSaidByFields: boolean;
}) {
  const { editor } = props;
  if (editor.conflict !== null) {
    const isNew = editor.base === null;
    return (
      <ConflictNotice
        title={isNew ? props.titles.taken : props.titles.conflict}
        theirs={editor.conflict.draft}
        yours={editor.draft}
        author={null}
        pending={editor.isSaving}
        onKeepMine={editor.keepMine}
        onTakeTheirs={isNew ? null : editor.takeTheirs}
      />
    );
  }
  return editor.failure === null || props.isSaidByFields ? null : <ProblemNotice failure={editor.failure} />;
}
