'use client';
import { NativeSelect, NumberInput } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { type ExperimentDraft, stoppingRulesOf } from './experiment-draft';
import styles from './experiment-form.module.css';

/** When it may be decided: at any look, once at the end of the plan, or by an expected loss. Not of a bandit. */
export function StoppingFields(props: {
  readonly draft: ExperimentDraft;
  /** What the server said of the accepted loss. */
  readonly refused: string | null;
  readonly onChange: (change: Partial<ExperimentDraft>) => void;
}) {
  const { draft, onChange } = props;
  const t = useTranslations('experiments');
  const rules = stoppingRulesOf(draft.kind);
  if (rules.length === 0) return null;
  return (
    <div className={styles.fields} style={{ marginTop: 16 }}>
      <NativeSelect
        className={draft.stoppingRule === 'BAYESIAN' ? '' : (styles.wide ?? '')}
        label={t('stoppingRow')}
        description={t(`stoppingHelp.${draft.stoppingRule}`)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={draft.stoppingRule}
        onChange={({ currentTarget }) =>
          onChange({ stoppingRule: rules.find((rule) => rule === currentTarget.value) ?? 'ALWAYS_VALID' })
        }
        data={rules.map((value) => ({ value, label: t(`stopping.${value}`) }))}
      />
      {draft.stoppingRule === 'BAYESIAN' ? (
        <NumberInput
          label={t('maximumLoss')}
          description={t('maximumLossNote')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          suffix=" %"
          min={0.01}
          max={10}
          step={0.05}
          value={draft.maximumLossPercent}
          error={props.refused}
          onChange={(value) => onChange({ maximumLossPercent: Number(value) })}
        />
      ) : null}
    </div>
  );
}
