'use client';
import { Checkbox, NumberInput, Stack } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ReasonDialog } from '@/design/reason-dialog';
import { problemsOf } from '@/form/use-form-errors';
import type { EvaluationSplit } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import styles from './evaluations.module.css';
import { useStartEvaluation } from './use-evaluations';

const splits: readonly EvaluationSplit[] = [
  'COLD_ITEMS',
  'COLD_USERS',
  'ONBOARDING',
  'TEMPORAL',
  'WARM',
  'OVERALL',
];
const usual = { splits: ['COLD_ITEMS', 'COLD_USERS'], seeds: 3, people: 300 };

/** What an evaluation shall hold out, how often, and on how many people. */
export function StartEvaluationDialog(props: { readonly opened: boolean; readonly onClose: () => void }) {
  const t = useTranslations('evaluations');
  const forms = useTranslations('forms');
  const start = useStartEvaluation();
  const [draft, setDraft] = useState<{ splits: string[]; seeds: number | ''; people: number | '' }>(usual);
  const failure = start.error === null ? null : asFailure(start.error);
  const errors = problemsOf(failure, 'input');
  const { seeds, people } = draft;
  return (
    <ReasonDialog
      opened={props.opened}
      title={t('startTitle')}
      text={t('startText')}
      action={t('start')}
      required={false}
      placeholder={t('notePlaceholder')}
      pending={start.isPending}
      failure={errors.size > 0 ? null : failure}
      onConfirm={(note) =>
        start.mutate(
          {
            splits: splits.filter((split) => draft.splits.includes(split)),
            seeds: seeds === '' ? 0 : seeds,
            people: people === '' ? 0 : people,
            ...(note === '' ? {} : { note }),
          },
          { onSuccess: props.onClose },
        )
      }
      onClose={() => {
        start.reset();
        props.onClose();
      }}
    >
      <Checkbox.Group
        label={t('splits')}
        value={draft.splits}
        error={draft.splits.length === 0 ? t('splitsMissing') : errors.get('splits')}
        onChange={(value) => setDraft({ ...draft, splits: value })}
      >
        <Stack gap={10} mt={8}>
          {splits.map((split) => (
            <Checkbox
              key={split}
              value={split}
              label={t(`split.${split}`)}
              description={t(`splitHelp.${split}`)}
            />
          ))}
        </Stack>
      </Checkbox.Group>
      <div className={styles.pair}>
        <NumberInput
          label={t('seeds')}
          description={t('seedsHelp')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          min={1}
          max={10}
          allowDecimal={false}
          value={seeds}
          error={seeds === '' ? forms('problem.range', { least: 1, most: 10 }) : errors.get('seeds')}
          onChange={(value) => setDraft({ ...draft, seeds: value === '' ? '' : Number(value) })}
        />
        <NumberInput
          label={t('people')}
          description={t('peopleHelp')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          min={10}
          max={2_000}
          step={50}
          allowDecimal={false}
          value={people}
          error={people === '' ? forms('problem.range', { least: 10, most: 2_000 }) : errors.get('people')}
          onChange={(value) => setDraft({ ...draft, people: value === '' ? '' : Number(value) })}
        />
      </div>
    </ReasonDialog>
  );
}
