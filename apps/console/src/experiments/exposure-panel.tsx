'use client';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useFormatter, useNow, useTranslations } from 'next-intl';
import { Meter } from '@/design/meter';
import { Panel } from '@/design/panel';
import { SimulatedTag } from '@/design/simulated-tag';
import { Tag } from '@/design/tag';
import { textOr } from '@/i18n/text-or';
import styles from './exposure-panel.module.css';
import type { Experiment, Results } from './use-experiments';

/** Who is in: units of each arm against the plan, whether they are split as planned, and what became of the lists. */
export function ExposurePanel(props: { readonly experiment: Experiment; readonly results: Results }) {
  const { experiment, results } = props;
  const t = useTranslations('experiments');
  const coldness = useTranslations('coldness');
  const format = useFormatter();
  const now = useNow({ updateInterval: 10_000 });
  const total = results.units.reduce((sum, { n }) => sum + n, 0);
  const weights = experiment.variants.reduce((sum, { weight }) => sum + weight, 0);
  const lists = results.funnel.reduce((sum, stage) => sum + stage.lists, 0);
  const percent = (value: number) =>
    format.number(value, { style: 'percent', maximumFractionDigits: 1, minimumFractionDigits: 1 });
  const broken = results.sampleChecks.filter(({ mismatch }) => mismatch);
  return (
    <Panel
      title={t('exposure')}
      note={
        results.asOf == null
          ? t('notCounted')
          : t(results.isBehind ? 'behind' : 'asOf', {
              time: format.relativeTime(new Date(results.asOf), now),
            })
      }
      action={
        results.simulatedShare > 0 ? (
          <SimulatedTag>{t('simulatedUnits', { share: percent(results.simulatedShare) })}</SimulatedTag>
        ) : null
      }
    >
      <div className={styles.columns}>
        <div>
          <h3 className={styles.heading}>{t('units')}</h3>
          {experiment.variants.map(({ key, name, weight }) => {
            const n = results.units.find(({ variant }) => variant === key)?.n ?? 0;
            const text = t('unitsProgress', { units: n, planned: experiment.plan.unitsPerArm });
            return (
              <div key={key} className={styles.arm}>
                <div className={styles.line}>
                  <strong>{name}</strong>
                  <span>{text}</span>
                </div>
                <Meter value={n} of={experiment.plan.unitsPerArm} label={name} text={text} />
                <p className={styles.note}>
                  {t('share', {
                    share: total === 0 ? '–' : percent(n / total),
                    planned: percent(weights === 0 ? 0 : weight / weights),
                  })}
                </p>
              </div>
            );
          })}
          {results.severalArms > 0 ? (
            <p className={styles.note}>{t('severalArms', { count: results.severalArms })}</p>
          ) : null}
          {results.mergedAcrossArms > 0 ? (
            <p className={styles.note}>{t('merged', { count: results.mergedAcrossArms })}</p>
          ) : null}
        </div>
        <div>
          <h3 className={styles.heading}>{t('split')}</h3>
          <p className={styles.verdict}>
            {broken.length === 0 ? (
              <Tag tone="good" icon={<IconCircleCheck size={13} aria-hidden />}>
                {t('splitGood')}
              </Tag>
            ) : (
              <Tag tone="bad" icon={<IconAlertTriangle size={13} aria-hidden />}>
                {t('splitBroken', { count: broken.length })}
              </Tag>
            )}
          </p>
          {experiment.kind === 'INTERLEAVING' ? <p className={styles.note}>{t('draftedNote')}</p> : null}
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('among')}</th>
                {experiment.variants.map(({ key, name }) => (
                  <th key={key} scope="col">
                    {name}
                  </th>
                ))}
                <th scope="col">{t('chanceColumn')}</th>
              </tr>
            </thead>
            <tbody>
              {results.sampleChecks.slice(0, 12).map((check) => (
                <tr key={`${check.dimension} ${check.value}`} data-broken={check.mismatch}>
                  <th scope="row">
                    {textOr(t, `dimension.${check.dimension}`, check.dimension)}
                    {check.value === '' ? null : ` ${textOr(coldness, check.value, check.value)}`}
                  </th>
                  {check.units.map((n, at) => (
                    <td key={experiment.variants[at]?.key}>{format.number(n)}</td>
                  ))}
                  <td>
                    {check.mismatch ? <IconAlertTriangle size={13} aria-label={t('mismatch')} /> : null}{' '}
                    {check.p < 0.0001
                      ? t('tiny')
                      : format.number(check.p, { maximumSignificantDigits: 2, maximumFractionDigits: 4 })}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {lists === 0 ? null : (
          <div>
            <h3 className={styles.heading}>{t('funnel')}</h3>
            {[...results.funnel]
              .sort((a, b) => b.lists - a.lists)
              .map((stage) => (
                <div key={stage.stage} className={styles.arm}>
                  <div className={styles.line}>
                    <span>{textOr(t, `stage.${stage.stage}`, stage.stage)}</span>
                    <span>
                      {format.number(stage.lists)} · {percent(stage.lists / lists)}
                    </span>
                  </div>
                  <Meter
                    value={stage.lists}
                    of={lists}
                    label={textOr(t, `stage.${stage.stage}`, stage.stage)}
                    text={format.number(stage.lists)}
                  />
                </div>
              ))}
          </div>
        )}
      </div>
    </Panel>
  );
}
