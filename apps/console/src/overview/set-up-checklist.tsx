'use client';
import { Button } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { Panel } from '@/design/panel';
import type { OverviewQuery } from '@/generated/graphql';
import styles from './set-up-checklist.module.css';
import { isDone, nextStep, type SetUpStep, setUpSteps } from './set-up-steps';

const places: Partial<Record<SetUpStep, string>> = {
  items: '/catalogue/import',
  encoding: '/catalogue',
  key: '/system',
  rule: '/cold-start',
  experiment: '/experiments',
};

/** The way from an empty catalogue to the first list, the first rule and the first experiment; gone when it is walked. */
export function SetUpChecklist(props: OverviewQuery) {
  const { overview } = props;
  const t = useTranslations('setUp');
  const facts = {
    items: overview.items.total,
    encoded: overview.items.encoded,
    keys: overview.keys,
    events: overview.events.total,
    rules: props.rules.filter(({ status, liveRevision }) => liveRevision != null || status === 'ARCHIVED')
      .length,
    experiments: props.experiments.filter(({ status }) => status !== 'DRAFT').length,
  };
  const next = nextStep(facts);
  if (next === undefined) return null;
  const done = setUpSteps.filter((step) => isDone(step, facts)).length;
  return (
    <Panel title={t('title')} note={t('progress', { done, total: setUpSteps.length })} className="wide">
      <ol className={styles.steps}>
        {setUpSteps.map((step) => {
          const finished = isDone(step, facts);
          const place = places[step];
          return (
            <li key={step} className={styles.step} data-next={step === next}>
              <span className={styles.head}>
                {finished ? (
                  <IconCircleCheckFilled size={20} className={styles.done} aria-label={t('done')} />
                ) : (
                  <IconCircle size={20} stroke={1.6} className={styles.open} aria-label={t('open')} />
                )}
                {t(step)}
              </span>
              <p className={styles.text}>{t(`${step}_text`)}</p>
              {step === next && place !== undefined ? (
                <div className={styles.action}>
                  <Button component={Link} href={place} size="xs">
                    {t(`${step}_action`)}
                  </Button>
                </div>
              ) : null}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
