'use client';
import { Accordion, Button, MultiSelect, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { useLeaveWarning } from '@/form/use-leave-warning';
import type { ExperimentChoicesQuery, PowerInput } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import { ArmFields } from './arm-fields';
import { type ExperimentDraft, inputOf, keyOf, stoppingOf } from './experiment-draft';
import styles from './experiment-form.module.css';
import { GuardrailFields } from './guardrail-fields';
import { KindFields } from './kind-fields';
import { PowerPanel } from './power-panel';
import { StoppingFields } from './stopping-fields';
import { TargetingFields } from './targeting-fields';
import { useCreateExperiment } from './use-experiments';
import { useMetricText } from './use-metric-text';

// a conflict is rare
const ExperimentConflict = dynamic(() =>
  import('./experiment-conflict').then((module) => module.ExperimentConflict),
);

/** Everything that is fixed before the start, beside what the traffic lets one find. What was typed outlives a failure. */
export function ExperimentForm(props: {
  readonly choices: ExperimentChoicesQuery;
  readonly initial: ExperimentDraft;
}) {
  const { choices } = props;
  const t = useTranslations('experiments');
  const text = useMetricText();
  const router = useRouter();
  const create = useCreateExperiment();
  const [draft, setDraft] = useState(props.initial);
  const [tried, setTried] = useState(false);
  const set = (change: Partial<ExperimentDraft>) => setDraft((before) => ({ ...before, ...change }));
  const number = (
    name:
      | 'liftPercent'
      | 'powerPercent'
      | 'days'
      | 'unitsPerArm'
      | 'minimumUnitsPerArm'
      | 'alphaPercent'
      | 'holdoutPercent',
  ) => ({
    value: draft[name],
    onChange: (value: string | number) => set({ [name]: Number(value) }),
  });
  const isNew = draft.expectedVersion === 0;
  const key = draft.key === '' ? keyOf(draft.name) : draft.key;
  const missing = {
    name: draft.name.trim() === '' ? t('nameMissing') : null,
    key: key === '' ? t('keyMissing') : null,
    hypothesis: draft.hypothesis.trim() === '' ? t('hypothesisMissing') : null,
    placements:
      draft.placements.length === 0 && draft.onboardingFlow === null ? t('placementsMissing') : null,
    arms: draft.arms.some(({ name, strategyKey }) => name.trim() === '' || strategyKey === ''),
  };
  const error = (text: string | null) => (tried ? text : null);
  const failure = create.error === null ? null : asFailure(create.error);
  const isConflict = failure?.code === 'CONFLICT' && failure.details.field === 'expectedVersion';
  const keyTaken = isConflict && isNew ? t('keyTaken') : null;
  const refused = (field: string) => (failure?.details.field === `input.${field}` ? failure.message : null);

  const question: PowerInput | null =
    draft.placements.length === 0 ||
    draft.liftPercent <= 0 ||
    draft.powerPercent < 50 ||
    draft.kind === 'INTERLEAVING'
      ? null
      : {
          metric: draft.primaryMetric,
          placements: [...draft.placements],
          unit: draft.unit,
          lift: draft.liftPercent / 100,
          power: draft.powerPercent / 100,
          alpha: draft.alphaPercent / 100,
          arms: draft.arms.length,
          share: 1 - draft.holdoutPercent / 100,
          stopping: stoppingOf(draft),
          minimumUnitsPerArm: Math.max(2, draft.minimumUnitsPerArm),
        };
  const [settled] = useDebouncedValue(JSON.stringify(question), 400);
  useLeaveWarning(draft !== props.initial && !create.isSuccess);
  const save = (wanted: ExperimentDraft) =>
    create.mutate(inputOf(wanted), { onSuccess: (made) => router.push(`/experiments/${made.key}`) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.values(missing).some((one) => one !== null && one !== false)) return;
    save(draft);
  };
  // a share of clicks between two rankings is there only where lists are drafted from both
  const metrics = choices.metrics
    .filter(({ kind }) => (kind === 'WIN_SHARE') === (draft.kind === 'INTERLEAVING'))
    .map((metric) => ({ value: metric.key, label: text.name(metric) }));

  return (
    <form onSubmit={submit} noValidate className={styles.columns}>
      <div className={styles.form}>
        <Panel title={t('what')}>
          <div className={styles.fields}>
            <TextInput
              label={t('name')}
              placeholder={t('namePlaceholder')}
              value={draft.name}
              error={error(missing.name)}
              onChange={({ currentTarget }) => set({ name: currentTarget.value })}
            />
            <TextInput
              label={t('key')}
              description={t('keyNote')}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              value={draft.key}
              placeholder={keyOf(draft.name)}
              disabled={!isNew}
              error={error(missing.key) ?? keyTaken ?? refused('key')}
              onChange={({ currentTarget }) => set({ key: currentTarget.value })}
            />
            <Textarea
              className={styles.wide ?? ''}
              label={t('hypothesis')}
              placeholder={t('hypothesisPlaceholder')}
              autosize
              minRows={2}
              value={draft.hypothesis}
              error={error(missing.hypothesis)}
              onChange={({ currentTarget }) => set({ hypothesis: currentTarget.value })}
            />
            <KindFields draft={draft} onChange={setDraft} />
            <MultiSelect
              className={styles.wide ?? ''}
              label={t('placements')}
              description={t('placementsNote')}
              searchable
              data={choices.placements.map((one) => ({ value: one.key, label: one.name }))}
              value={[...draft.placements]}
              error={error(missing.placements) ?? refused('placements')}
              onChange={(placements) => set({ placements })}
            />
            {draft.kind === 'INTERLEAVING' ? null : (
              <Select
                className={styles.wide ?? ''}
                label={t('comparedFlow')}
                description={t('comparedFlowNote')}
                clearable
                data={choices.onboardingFlows.map(({ key: flow }) => flow)}
                value={draft.onboardingFlow}
                error={refused('onboardingFlow')}
                onChange={(onboardingFlow) => set({ onboardingFlow })}
              />
            )}
          </div>
        </Panel>
        <ArmFields
          arms={draft.arms}
          choices={choices}
          mostArms={draft.kind === 'INTERLEAVING' ? 2 : 8}
          comparesFlows={draft.onboardingFlow !== null}
          showMissing={tried}
          refused={refused('variants')}
          onChange={(arms) => set({ arms })}
        />
        <Panel title={t('measures')} note={t('measuresNote')}>
          <div className={styles.fields}>
            <Select
              label={t('primary')}
              description={t('primaryNote')}
              data={metrics}
              value={draft.primaryMetric}
              allowDeselect={false}
              onChange={(value) => set({ primaryMetric: value ?? draft.primaryMetric })}
            />
            {draft.kind === 'BANDIT' ? null : (
              <MultiSelect
                label={t('secondary')}
                description={t('secondaryNote')}
                data={metrics.filter(({ value }) => value !== draft.primaryMetric)}
                value={draft.secondaryMetrics.filter((value) => value !== draft.primaryMetric)}
                onChange={(secondaryMetrics) => set({ secondaryMetrics })}
              />
            )}
          </div>
          {draft.kind !== 'AB' ? null : (
            <GuardrailFields
              guardrails={draft.guardrails}
              metrics={metrics}
              onChange={(guardrails) => set({ guardrails })}
            />
          )}
        </Panel>
        <Panel title={t('plan')} note={t('planNote')}>
          <div className={styles.numbers}>
            <NumberInput
              label={t('liftWanted')}
              suffix=" %"
              min={0.1}
              max={1000}
              {...number('liftPercent')}
            />
            <NumberInput label={t('powerWanted')} suffix=" %" min={50} max={99} {...number('powerPercent')} />
            <NumberInput
              label={t('daysPlanned')}
              min={1}
              max={365}
              allowDecimal={false}
              {...number('days')}
            />
            <NumberInput
              label={t('unitsPlanned')}
              min={10}
              allowDecimal={false}
              thousandSeparator=","
              {...number('unitsPerArm')}
            />
          </div>
          <StoppingFields draft={draft} refused={refused('stopping.maximumLoss')} onChange={set} />
          <Accordion variant="filled" mt="md" className={styles.more ?? ''}>
            <Accordion.Item value="more">
              <Accordion.Control>{t('moreSettings')}</Accordion.Control>
              <Accordion.Panel>
                <div className={styles.numbers}>
                  <NumberInput
                    label={t('minimumUnits')}
                    min={2}
                    allowDecimal={false}
                    thousandSeparator=","
                    {...number('minimumUnitsPerArm')}
                  />
                  <NumberInput
                    label={t('alpha')}
                    suffix=" %"
                    min={0.1}
                    max={20}
                    {...number('alphaPercent')}
                  />
                  <NumberInput
                    label={t('holdout')}
                    suffix=" %"
                    min={0}
                    max={50}
                    {...number('holdoutPercent')}
                  />
                </div>
                <TargetingFields draft={draft} segments={choices.segments.nodes} onChange={set} />
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
        </Panel>
        {/* beside the button that was pressed: the form is longer than a window */}
        {isConflict && !isNew ? (
          <ExperimentConflict
            yours={draft}
            pending={create.isPending}
            onKeepMine={(expectedVersion) => {
              set({ expectedVersion });
              save({ ...draft, expectedVersion });
            }}
            onTakeTheirs={(theirs) => {
              create.reset();
              setDraft(theirs);
            }}
          />
        ) : failure === null || keyTaken !== null ? null : (
          <ProblemNotice failure={failure} />
        )}
        <div className={styles.submit}>
          <Button type="submit" loading={create.isPending}>
            {t('saveDraft')}
          </Button>
          <span>{t('saveNote')}</span>
        </div>
      </div>
      <PowerPanel
        input={JSON.parse(settled) as PowerInput | null}
        isDrafted={draft.kind === 'INTERLEAVING'}
        onTake={({ days, unitsPerArm }) => set({ days, unitsPerArm })}
      />
    </form>
  );
}
