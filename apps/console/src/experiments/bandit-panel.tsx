'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { Meter } from '@/design/meter';
import { Panel } from '@/design/panel';
import exposure from './exposure-panel.module.css';
import type { Experiment, Results } from './use-experiments';

/** Where a bandit stands: the share each arm has of those who come now, and its chance to be the best one. */
export function BanditPanel(props: {
  readonly experiment: Experiment;
  readonly bandit: NonNullable<Results['bandit']>;
}) {
  const t = useTranslations('experiments');
  const format = useFormatter();
  const nameOf = (key: string) =>
    props.experiment.variants.find((variant) => variant.key === key)?.name ?? key;
  const percent = (value: number) => format.number(value, { style: 'percent', maximumFractionDigits: 1 });
  return (
    <Panel title={t('banditTitle')} note={t('banditNote')}>
      <div className={exposure.columns}>
        {props.bandit.arms.map(({ variant, n, mean, standardError, share, chanceToBeBest }) => (
          <div key={variant} className={exposure.arm}>
            <div className={exposure.line}>
              <strong>{nameOf(variant)}</strong>
              <span>{t('banditShare', { share: percent(share) })}</span>
            </div>
            <Meter value={share} of={1} label={nameOf(variant)} text={percent(share)} />
            <p className={exposure.note}>
              {t('banditArm', {
                chance: percent(chanceToBeBest),
                mean: format.number(mean, { maximumSignificantDigits: 3 }),
                error: format.number(standardError, { maximumSignificantDigits: 2 }),
                n,
              })}
            </p>
          </div>
        ))}
      </div>
    </Panel>
  );
}
