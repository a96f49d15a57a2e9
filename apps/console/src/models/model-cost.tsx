'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { Panel } from '@/design/panel';
import { useBytes } from '@/design/use-bytes';
import { useDuration } from '@/design/use-duration';
import facts from './facts.module.css';
import type { Model } from './use-models';

const joulesPerWattHour = 3_600;

/** What the training took, and what it made. Energy is an estimate, and says from what. */
export function ModelCost({ model }: { readonly model: Model }) {
  const t = useTranslations('models');
  const format = useFormatter();
  const bytes = useBytes();
  const duration = useDuration();
  const { cost, artefact, encoderModelId } = model;
  const energy =
    cost.energyJoules < joulesPerWattHour
      ? t('joules', { value: format.number(cost.energyJoules, { maximumFractionDigits: 0 }) })
      : t('wattHours', {
          value: format.number(cost.energyJoules / joulesPerWattHour, { maximumSignificantDigits: 3 }),
        });
  return (
    <Panel title={t('cost')} note={t('costNote')}>
      <dl className={facts.list}>
        <div className={facts.row}>
          <dt>{t('duration')}</dt>
          <dd>{duration(cost.durationMs / 1_000)}</dd>
        </div>
        <div className={facts.row}>
          <dt>{t('cpu')}</dt>
          <dd>{duration(cost.cpuSeconds)}</dd>
        </div>
        <div className={facts.row}>
          <dt>{t('memory')}</dt>
          <dd>{bytes(cost.peakMemoryBytes)}</dd>
        </div>
        <div className={facts.row}>
          <dt>{t('energy')}</dt>
          <dd>
            {energy}
            <span className={facts.note}>{t('energyNote', { watts: format.number(cost.watts) })}</span>
          </dd>
        </div>
        <div className={facts.row}>
          <dt>{t('size')}</dt>
          <dd>{bytes(artefact.bytes)}</dd>
        </div>
        <div className={facts.row}>
          <dt>{t('checksum')}</dt>
          <dd className={facts.code} title={artefact.sha256}>
            {artefact.sha256.slice(0, 12)}
          </dd>
        </div>
        <div className={facts.row}>
          <dt>{t('encoder')}</dt>
          <dd className={facts.code}>{encoderModelId ?? '–'}</dd>
        </div>
      </dl>
    </Panel>
  );
}
