'use client';
import { Button, NativeSelect, NumberInput, Skeleton } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { QueryView } from '@/design/query-view';
import { asFailure } from '@/graphql/failure';
import styles from './training-schedule.module.css';
import { type TrainingSettings, useSaveTrainingSettings, useTrainingSettings } from './use-training';

/** When the model is trained without anybody asking, and of how many days it learns. */
export function TrainingSchedule({ mayChange }: { readonly mayChange: boolean }) {
  const t = useTranslations('training');
  const query = useTrainingSettings();
  return (
    <Panel title={t('schedule')} note={t('scheduleNote')}>
      <QueryView query={query} skeleton={<Skeleton height={120} />}>
        {(settings) => (
          <ScheduleForm key={JSON.stringify(settings)} settings={settings} mayChange={mayChange} />
        )}
      </QueryView>
    </Panel>
  );
}

function ScheduleForm(props: { readonly settings: TrainingSettings; readonly mayChange: boolean }) {
  const { settings, mayChange } = props;
  const t = useTranslations('training');
  const save = useSaveTrainingSettings();
  const [draft, setDraft] = useState(settings);
  const isSame = JSON.stringify(draft) === JSON.stringify(settings);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { nightlyHour = null, afterEvents = null, windowDays } = draft;
    save.mutate({ nightlyHour, afterEvents, windowDays });
  };
  const hour = (value: number) => `${String(value).padStart(2, '0')}:00 UTC`;
  return (
    <form onSubmit={submit} noValidate>
      {save.error === null ? null : <ProblemNotice failure={asFailure(save.error)} />}
      <div className={styles.fields}>
        <NativeSelect
          label={t('nightly')}
          disabled={!mayChange}
          value={draft.nightlyHour == null ? '' : String(draft.nightlyHour)}
          onChange={({ currentTarget: { value } }) =>
            setDraft({ ...draft, nightlyHour: value === '' ? null : Number(value) })
          }
          data={[
            { value: '', label: t('never') },
            ...Array.from({ length: 24 }, (_, at) => ({ value: String(at), label: hour(at) })),
          ]}
        />
        <NumberInput
          label={t('afterEvents')}
          placeholder={t('never')}
          disabled={!mayChange}
          min={100}
          allowDecimal={false}
          thousandSeparator=","
          value={draft.afterEvents ?? ''}
          onChange={(value) => setDraft({ ...draft, afterEvents: value === '' ? null : Number(value) })}
        />
        <NumberInput
          label={t('windowDays')}
          disabled={!mayChange}
          min={1}
          max={730}
          allowDecimal={false}
          value={draft.windowDays}
          onChange={(value) => setDraft({ ...draft, windowDays: Number(value) })}
        />
      </div>
      {mayChange ? (
        <div className={styles.action}>
          <Button type="submit" size="xs" loading={save.isPending} disabled={isSame}>
            {t('saveSchedule')}
          </Button>
          <span aria-live="polite">{save.isSuccess && isSame ? t('saved') : null}</span>
        </div>
      ) : null}
    </form>
  );
}
