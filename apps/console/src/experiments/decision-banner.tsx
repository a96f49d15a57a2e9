'use client';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconFlask,
  IconGavel,
  IconHourglass,
} from '@tabler/icons-react';
import { useFormatter, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Meter } from '@/design/meter';
import { useActorText } from '@/design/use-actor-text';
import styles from './decision-banner.module.css';
import type { Experiment, Results } from './use-experiments';

const look = {
  SHIP: { tone: 'good', Icon: IconCircleCheck },
  ROLL_BACK: { tone: 'bad', Icon: IconCircleX },
  GO_ON: { tone: 'plain', Icon: IconHourglass },
  BROKEN: { tone: 'bad', Icon: IconAlertTriangle },
  TEST: { tone: 'good', Icon: IconFlask },
} as const;

/** What to do, and why: the decision that was taken, or the advice on each arm with its reasons, weightiest first. */
export function DecisionBanner(props: { readonly experiment: Experiment; readonly results: Results }) {
  const { experiment, results } = props;
  const t = useTranslations('experiments');
  const actorText = useActorText();
  const format = useFormatter();
  const nameOf = (key: string) => experiment.variants.find((variant) => variant.key === key)?.name ?? key;
  const { decision } = experiment;
  if (decision != null) {
    return (
      <Banner tone="good" icon={<IconGavel size={22} aria-hidden />}>
        <strong>{t('decided', { variant: nameOf(decision.variant) })}</strong>
        <p>“{decision.reason}”</p>
        {decision.strategiesRestored.length === 0 ? null : (
          <p>{t('restored', { strategies: format.list(decision.strategiesRestored) })}</p>
        )}
        <p className={styles.soft}>
          {actorText(decision.by)} ·{' '}
          {format.dateTime(new Date(decision.at), { dateStyle: 'medium', timeStyle: 'short' })}
        </p>
      </Banner>
    );
  }
  if (results.hidden === 'SAMPLE_RATIO_MISMATCH') {
    return (
      <Banner tone="bad" icon={<IconAlertTriangle size={22} aria-hidden />} alert>
        <strong>{t('broken')}</strong>
        <p>{results.advice[0]?.reasons[0]?.sentence}</p>
        <p>{t('brokenText')}</p>
      </Banner>
    );
  }
  // harm is told before the horizon, too
  const isHarmed = results.advice.some(({ advice }) => advice === 'ROLL_BACK');
  if (results.hidden === 'HORIZON_NOT_REACHED' && !isHarmed && results.readsAt != null) {
    const date = format.dateTime(new Date(results.readsAt), { dateStyle: 'medium', timeStyle: 'short' });
    return (
      <Banner tone="plain" icon={<IconHourglass size={22} aria-hidden />}>
        <strong>{t('horizon', { date })}</strong>
        <p>{t('horizonText')}</p>
      </Banner>
    );
  }
  const least = Math.min(...results.units.map(({ n }) => n));
  if (results.hidden === 'MINIMUM_SAMPLE_NOT_REACHED') {
    const text = t('minimum', { units: least, least: experiment.minimumUnitsPerArm });
    return (
      <Banner tone="plain" icon={<IconHourglass size={22} aria-hidden />}>
        <strong>{t('collecting')}</strong>
        <p>{t('collectingText')}</p>
        <div className={styles.meter}>
          <Meter value={least} of={experiment.minimumUnitsPerArm} label={t('sample')} text={text} />
          <p className={styles.soft}>{text}</p>
        </div>
      </Banner>
    );
  }
  return (
    <>
      {results.advice.map(({ variant, advice, sentence, reasons }) => {
        const { tone, Icon } = look[advice];
        return (
          <Banner key={variant} tone={tone} icon={<Icon size={22} aria-hidden />}>
            <strong>{t('advice', { variant: nameOf(variant), advice: sentence })}</strong>
            <ul className={styles.reasons}>
              {reasons.map((reason) => (
                <li key={`${reason.code} ${reason.sentence}`}>{reason.sentence}</li>
              ))}
            </ul>
            {experiment.status === 'STOPPED' ? (
              <p className={styles.soft}>{t('stopped', { reason: experiment.stopReason ?? '' })}</p>
            ) : null}
          </Banner>
        );
      })}
      {results.warnings.length === 0 ? null : (
        <Banner tone="warn" icon={<IconAlertTriangle size={22} aria-hidden />}>
          <ul className={styles.reasons}>
            {results.warnings.map(({ code, sentence }) => (
              <li key={`${code} ${sentence}`}>{sentence}</li>
            ))}
          </ul>
        </Banner>
      )}
    </>
  );
}

function Banner(props: {
  readonly tone: 'good' | 'bad' | 'plain' | 'warn';
  readonly icon: ReactNode;
  readonly alert?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <div
      className={styles.banner}
      data-tone={props.tone}
      {...(props.alert === true ? { role: 'alert' } : {})}
    >
      <span className={styles.icon}>{props.icon}</span>
      <div className={styles.words}>{props.children}</div>
    </div>
  );
}
