'use client';
import { Accordion, MultiSelect, NumberInput, Select } from '@mantine/core';
import { useTranslations } from 'next-intl';
import type { ExperimentChoicesQuery } from '@/generated/graphql';
import type { ArmSettings } from './experiment-draft';
import styles from './experiment-form.module.css';

/** In what an arm differs besides its strategy: rules, the size of the list, what stands in for it, the onboarding. */
export function ArmSettingsFields(props: {
  readonly arm: string;
  readonly settings: ArmSettings;
  readonly choices: ExperimentChoicesQuery;
  /** Whether the experiment compares onboarding flows. */
  readonly comparesFlows: boolean;
  readonly onChange: (settings: ArmSettings) => void;
}) {
  const { settings, choices, onChange } = props;
  const t = useTranslations('experiments');
  const { rulesOff, rulesOn, size = null, fallback = null, flow = null } = settings;
  const count =
    rulesOff.length + rulesOn.length + [size, fallback, flow].filter((value) => value != null).length;
  const set = (change: Partial<ArmSettings>) => onChange({ ...settings, ...change });
  const published = choices.rules.filter(({ status }) => status === 'PUBLISHED').map(({ key }) => key);
  const others = choices.rules.filter(({ status }) => status === 'DRAFT' || status === 'IN_REVIEW');
  // what the arm names stays to be seen, and taken away, though it is gone
  const listed = (keys: readonly string[], chosen: readonly string[]) => [...new Set([...keys, ...chosen])];
  return (
    <Accordion variant="filled" mb="md" className={styles.more ?? ''}>
      <Accordion.Item value="more">
        <Accordion.Control>
          {t('armMore', { arm: props.arm })}
          {count === 0 ? null : <span className={styles.count}>{t('armMoreSet', { count })}</span>}
        </Accordion.Control>
        <Accordion.Panel>
          <div className={styles.fields}>
            <MultiSelect
              label={t('rulesOn')}
              description={t('rulesOnNote')}
              searchable
              data={listed(
                others.map(({ key }) => key),
                rulesOn,
              )}
              value={[...rulesOn]}
              nothingFoundMessage={t('noRules')}
              onChange={(keys) => set({ rulesOn: keys })}
            />
            <MultiSelect
              label={t('rulesOff')}
              description={t('rulesOffNote')}
              searchable
              data={listed(published, rulesOff)}
              value={[...rulesOff]}
              nothingFoundMessage={t('noRules')}
              onChange={(keys) => set({ rulesOff: keys })}
            />
            <NumberInput
              label={t('armSize')}
              description={t('armSizeNote')}
              min={1}
              max={200}
              allowDecimal={false}
              value={size ?? ''}
              onChange={(value) => set({ size: value === '' ? null : Number(value) })}
            />
            <MultiSelect
              label={t('armFallback')}
              description={t('armFallbackNote')}
              searchable
              maxValues={5}
              data={choices.strategies.map(({ key, name }) => ({ value: key, label: name }))}
              value={[...(fallback ?? [])]}
              onChange={(keys) => set({ fallback: keys.length === 0 ? null : keys })}
            />
            {props.comparesFlows ? (
              <Select
                label={t('armFlow')}
                description={t('armFlowNote')}
                clearable
                data={choices.onboardingFlows.map(({ key }) => key)}
                value={flow}
                onChange={(key) => set({ flow: key })}
              />
            ) : null}
          </div>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
