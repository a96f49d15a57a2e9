'use client';
import { NativeSelect } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useMeasureText } from './use-measure-text';

/** Which measure of quality is looked at. */
export function MetricChoice(props: {
  readonly names: readonly string[];
  readonly value: string;
  readonly onChange: (name: string) => void;
}) {
  const t = useTranslations('models');
  const text = useMeasureText();
  return (
    <NativeSelect
      aria-label={t('chooseMetric')}
      value={props.value}
      onChange={({ currentTarget }) => props.onChange(currentTarget.value)}
      data={props.names.map((value) => ({ value, label: text.name(value) }))}
    />
  );
}
