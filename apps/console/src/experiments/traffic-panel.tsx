'use client';
import { Button, Code, CopyButton, NativeSelect, Switch } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCheck, IconCopy, IconEye } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { ConfirmDialog } from '@/design/confirm-dialog';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { graphql } from '@/generated';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { useMay } from '@/session/use-may';
import styles from './traffic-panel.module.css';
import { type Experiment, useSetTraffic } from './use-experiments';

const forcedVariantTokenQuery = graphql(`
  query ForcedVariantToken($key: String!, $variant: String!) {
    forcedVariantToken(key: $key, variant: $variant)
  }
`);
const ramps = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 1];

/** How many are let in, the switch that ends it for everybody at once, and a look at one arm, uncounted. */
export function TrafficPanel({ experiment }: { readonly experiment: Experiment }) {
  const t = useTranslations('experiments');
  const format = useFormatter();
  const may = useMay('EXPERIMENTER');
  const mayLook = useMay('MERCHANDISER');
  const traffic = useSetTraffic();
  const [killing, kill] = useDisclosure(false);
  const [variant, setVariant] = useState(experiment.variants[1]?.key ?? '');
  const token = useMutation({
    mutationFn: async () =>
      (await request(forcedVariantTokenQuery, { key: experiment.key, variant })).forcedVariantToken,
  });
  const { key, ramp, killed } = experiment;
  const percent = (value: number) => format.number(value, { style: 'percent', maximumFractionDigits: 1 });
  const shares = [...new Set([...ramps, ramp])].sort((a, b) => a - b);
  return (
    <Panel title={t('traffic')} note={t('trafficNote')}>
      {traffic.error === null ? null : <ProblemNotice failure={asFailure(traffic.error)} />}
      <div className={styles.rows}>
        <NativeSelect
          label={t('ramp')}
          description={t('rampNote')}
          value={String(ramp)}
          disabled={!may || killed || traffic.isPending}
          onChange={({ currentTarget }) => traffic.mutate({ key, ramp: Number(currentTarget.value) })}
          data={shares.map((value) => ({ value: String(value), label: percent(value) }))}
        />
        <Switch
          label={t('kill')}
          description={t('killNote')}
          checked={killed}
          disabled={!may || traffic.isPending}
          onChange={() => (killed ? traffic.mutate({ key, killed: false }) : kill.open())}
          color="red.9"
        />
        {mayLook ? (
          <div className={styles.forced}>
            <NativeSelect
              label={t('forced')}
              description={t('forcedNote')}
              value={variant}
              onChange={({ currentTarget }) => {
                setVariant(currentTarget.value);
                token.reset();
              }}
              data={experiment.variants.map((one) => ({ value: one.key, label: one.name }))}
            />
            <Button
              variant="default"
              leftSection={<IconEye size={16} aria-hidden />}
              loading={token.isPending}
              onClick={() => token.mutate()}
            >
              {t('forcedMake')}
            </Button>
            {token.error === null ? null : <ProblemNotice failure={asFailure(token.error)} />}
            {token.data === undefined ? null : (
              <div className={styles.token}>
                <Code block className={styles.code}>{`context: { forcedVariant: "${token.data}" }`}</Code>
                <CopyButton value={`context: { forcedVariant: "${token.data}" }`}>
                  {({ copied, copy }) => (
                    <Button
                      size="xs"
                      variant="default"
                      onClick={copy}
                      leftSection={
                        copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />
                      }
                    >
                      {copied ? t('copied') : t('copy')}
                    </Button>
                  )}
                </CopyButton>
              </div>
            )}
          </div>
        ) : null}
      </div>
      <ConfirmDialog
        opened={killing}
        title={t('killTitle', { name: experiment.name })}
        text={t('killText')}
        action={t('killAction')}
        pending={traffic.isPending}
        failure={traffic.error === null ? null : asFailure(traffic.error)}
        onConfirm={() => traffic.mutate({ key, killed: true }, { onSuccess: kill.close })}
        onClose={kill.close}
      />
    </Panel>
  );
}
