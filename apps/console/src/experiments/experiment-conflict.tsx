'use client';
import { Skeleton } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { QueryView } from '@/design/query-view';
import { ConflictNotice } from '@/form/conflict-notice';
import { draftOf, type ExperimentDraft, inputOf } from './experiment-draft';
import { useExperiment } from './use-experiments';

/** Somebody made a version of the experiment while this one was written. Both are shown, neither is lost. */
export function ExperimentConflict(props: {
  readonly yours: ExperimentDraft;
  readonly pending: boolean;
  readonly onKeepMine: (version: number) => void;
  readonly onTakeTheirs: (theirs: ExperimentDraft) => void;
}) {
  const t = useTranslations('experiments');
  const query = useExperiment(props.yours.key, null, 'sequential');
  return (
    <QueryView query={query} skeleton={<Skeleton height={160} radius="lg" />}>
      {(stored) => {
        // what was read before the conflict is not what they have saved
        if (stored === null || stored.version <= props.yours.expectedVersion) return null;
        const theirs = draftOf(stored);
        return (
          <ConflictNotice
            title={t('conflict')}
            theirs={compared(theirs)}
            yours={compared(props.yours)}
            author={stored.createdBy}
            pending={props.pending}
            onKeepMine={() => props.onKeepMine(stored.version)}
            onTakeTheirs={() => props.onTakeTheirs(theirs)}
          />
        );
      }}
    </QueryView>
  );
}

function compared(draft: ExperimentDraft): object {
  const { expectedVersion: _, ...input } = inputOf(draft);
  return input;
}
