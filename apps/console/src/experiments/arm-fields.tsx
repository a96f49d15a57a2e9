'use client';
import { ActionIcon, Button, NumberInput, Select, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { Fragment } from 'react';
import { Panel } from '@/design/panel';
import type { ExperimentChoicesQuery } from '@/generated/graphql';
import { ArmSettingsFields } from './arm-settings-fields';
import { type DraftArm, keyOf, newArm } from './experiment-draft';
import styles from './experiment-form.module.css';

/** The arms that are compared; the first is the control. Weights are relative: 1 and 3 are a quarter and the rest. */
export function ArmFields(props: {
  readonly arms: readonly DraftArm[];
  readonly choices: ExperimentChoicesQuery;
  readonly mostArms: number;
  readonly comparesFlows: boolean;
  readonly showMissing: boolean;
  readonly refused: string | null;
  readonly onChange: (arms: readonly DraftArm[]) => void;
}) {
  const { arms } = props;
  const t = useTranslations('experiments');
  const change = (id: string, fields: Partial<DraftArm>) =>
    props.onChange(arms.map((arm) => (arm.id === id ? { ...arm, ...fields } : arm)));
  const add = () => {
    const name = t('armNumber', { number: arms.length });
    const wanted = keyOf(`arm ${arms.length}`);
    const key = arms.some((arm) => arm.key === wanted) ? `${wanted}-${arms.length}` : wanted;
    props.onChange([...arms, newArm({ id: crypto.randomUUID(), key, name })]);
  };
  const strategies = props.choices.strategies.map(({ key, name, version }) => ({
    value: key,
    label: t('strategyVersion', { strategy: name, version }),
  }));
  return (
    <Panel title={t('armsTitle')} note={t('armsNote')}>
      {props.refused === null ? null : <p className={styles.problem}>{props.refused}</p>}
      {arms.map(({ id, name, strategyKey, weight, more }, at) => (
        <Fragment key={id}>
          <div className={styles.row} data-removable={arms.length > 2}>
            <TextInput
              label={at === 0 ? t('controlName') : t('armName', { number: at })}
              value={name}
              error={props.showMissing && name.trim() === '' ? t('armNameMissing') : null}
              onChange={({ currentTarget }) => change(id, { name: currentTarget.value })}
            />
            <Select
              label={t('strategy')}
              aria-label={t('strategyOf', { arm: name })}
              placeholder={t('choose')}
              data={strategies}
              value={strategyKey === '' ? null : strategyKey}
              allowDeselect={false}
              error={props.showMissing && strategyKey === '' ? t('strategyMissing') : null}
              onChange={(value) => change(id, { strategyKey: value ?? '' })}
            />
            <NumberInput
              label={t('weight')}
              min={0}
              max={1000}
              value={weight}
              onChange={(value) => change(id, { weight: Number(value) })}
            />
            {arms.length > 2 && at > 0 ? (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={36}
                aria-label={t('removeArm', { arm: name })}
                onClick={() => props.onChange(arms.filter((arm) => arm.id !== id))}
              >
                <IconTrash size={17} />
              </ActionIcon>
            ) : null}
          </div>
          <ArmSettingsFields
            arm={name}
            settings={more}
            choices={props.choices}
            comparesFlows={props.comparesFlows}
            onChange={(settings) => change(id, { more: settings })}
          />
        </Fragment>
      ))}
      {arms.length < props.mostArms ? (
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
          {t('addArm')}
        </Button>
      ) : null}
    </Panel>
  );
}
