'use client';
import { Radio, Stack } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ReasonDialog } from '@/design/reason-dialog';
import { asFailure } from '@/graphql/failure';
import { type Experiment, useDecideExperiment } from './use-experiments';

/** Chooses the arm that the placements go on with. On a broken split only the control can be chosen. */
export function DecideDialog(props: {
  readonly experiment: Experiment;
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const { key, name, variants, results } = props.experiment;
  const t = useTranslations('experiments');
  const decide = useDecideExperiment();
  const shipped = results?.advice.find(({ advice }) => advice === 'SHIP')?.variant;
  const [chosen, setChosen] = useState<string | null>(null);
  const control = variants[0]?.key ?? '';
  const isBroken = results?.hidden === 'SAMPLE_RATIO_MISMATCH';
  const variant = isBroken ? control : (chosen ?? shipped ?? control);
  return (
    <ReasonDialog
      opened={props.opened}
      title={t('decideTitle', { name })}
      text={t(isBroken ? 'decideBroken' : 'decideText')}
      action={t('decide')}
      pending={decide.isPending}
      failure={decide.error === null ? null : asFailure(decide.error)}
      onConfirm={(reason) => decide.mutate({ key, variant, reason }, { onSuccess: props.onClose })}
      onClose={props.onClose}
    >
      <Radio.Group label={t('goOnWith')} value={variant} onChange={setChosen}>
        <Stack gap="xs" mt={6}>
          {variants.map((one) => (
            <Radio
              key={one.key}
              value={one.key}
              label={one.name}
              disabled={isBroken && one.key !== control}
              description={t(one.key === control ? 'controlStrategy' : 'armStrategy', {
                strategy: one.strategyKey,
              })}
            />
          ))}
        </Stack>
      </Radio.Group>
    </ReasonDialog>
  );
}
