'use client';
import { Checkbox, Group, MultiSelect, NativeSelect } from '@mantine/core';
import { useTranslations } from 'next-intl';
import type { ExperimentChoicesQuery } from '@/generated/graphql';
import type { ExperimentDraft } from './experiment-draft';
import styles from './experiment-form.module.css';

const coldnesses = ['COLD', 'WARMING', 'WARM'] as const;
const traits = ['coldness', 'device', 'locale', 'category'] as const;

/** Who enters, what counts as one of them, and by which trait arms of people without a past are evened out. */
export function TargetingFields(props: {
  readonly draft: ExperimentDraft;
  readonly segments: ExperimentChoicesQuery['segments']['nodes'];
  readonly onChange: (change: Partial<ExperimentDraft>) => void;
}) {
  const { draft, onChange } = props;
  const t = useTranslations('experiments');
  const coldness = useTranslations('coldness');
  return (
    <>
      <Checkbox.Group
        mt="md"
        label={t('only')}
        description={t('onlyNote')}
        value={[...draft.coldness]}
        onChange={(values) => onChange({ coldness: coldnesses.filter((one) => values.includes(one)) })}
      >
        <Group mt={6} gap="lg">
          {coldnesses.map((one) => (
            <Checkbox key={one} value={one} label={coldness(one)} />
          ))}
        </Group>
      </Checkbox.Group>
      <MultiSelect
        mt="md"
        label={t('onlySegments')}
        description={t('onlySegmentsNote')}
        searchable
        data={props.segments.map(({ key, label }) => ({ value: key, label }))}
        value={[...draft.segments]}
        onChange={(segments) => onChange({ segments })}
      />
      <div className={styles.fields} style={{ marginTop: 16 }}>
        <NativeSelect
          label={t('unit')}
          value={draft.unit}
          onChange={({ currentTarget }) =>
            onChange({ unit: currentTarget.value === 'SESSION' ? 'SESSION' : 'PROFILE' })
          }
          data={(['PROFILE', 'SESSION'] as const).map((value) => ({ value, label: t(`unitOf.${value}`) }))}
        />
        <NativeSelect
          label={t('stratify')}
          value={draft.stratifyBy ?? ''}
          onChange={({ currentTarget }) =>
            onChange({ stratifyBy: currentTarget.value === '' ? null : currentTarget.value })
          }
          data={[
            { value: '', label: t('stratifyNot') },
            ...traits.map((value) => ({ value, label: t(`dimension.${value}`) })),
          ]}
        />
      </div>
    </>
  );
}
