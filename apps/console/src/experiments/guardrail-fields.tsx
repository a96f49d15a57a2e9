'use client';
import { ActionIcon, Button, NumberInput, Select } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { DraftGuardrail } from './experiment-draft';
import styles from './experiment-form.module.css';

const mostGuardrails = 6;

/** Metrics that must not be harmed by more than a margin, whatever the primary one says. */
export function GuardrailFields(props: {
  readonly guardrails: readonly DraftGuardrail[];
  readonly metrics: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (guardrails: readonly DraftGuardrail[]) => void;
}) {
  const { guardrails, metrics } = props;
  const t = useTranslations('experiments');
  const used = new Set(guardrails.map(({ metric }) => metric));
  const free = metrics.filter(({ value }) => !used.has(value));
  const change = (metric: string, fields: Partial<DraftGuardrail>) =>
    props.onChange(guardrails.map((one) => (one.metric === metric ? { ...one, ...fields } : one)));
  return (
    <>
      <h3 className={styles.subheading}>{t('guardrails')}</h3>
      <p className={styles.note}>{t('guardrailsNote')}</p>
      {guardrails.map(({ metric, marginPercent }) => (
        <div key={metric} className={styles.pair}>
          <Select
            label={t('metricColumn')}
            data={metrics.filter(({ value }) => value === metric || !used.has(value))}
            value={metric}
            allowDeselect={false}
            onChange={(value) => change(metric, { metric: value ?? metric })}
          />
          <NumberInput
            label={t('margin')}
            suffix=" %"
            min={0.1}
            max={100}
            value={marginPercent}
            onChange={(value) => change(metric, { marginPercent: Number(value) })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={t('removeGuardrail', {
              metric: metrics.find(({ value }) => value === metric)?.label ?? metric,
            })}
            onClick={() => props.onChange(guardrails.filter((one) => one.metric !== metric))}
          >
            <IconTrash size={17} />
          </ActionIcon>
        </div>
      ))}
      {guardrails.length < mostGuardrails && free.length > 0 ? (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => props.onChange([...guardrails, { metric: free[0]?.value ?? '', marginPercent: 10 }])}
        >
          {t('addGuardrail')}
        </Button>
      ) : null}
    </>
  );
}
