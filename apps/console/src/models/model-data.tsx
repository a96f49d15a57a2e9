'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { Panel } from '@/design/panel';
import { SimulatedTag } from '@/design/simulated-tag';
import { textOr } from '@/i18n/text-or';
import facts from './facts.module.css';
import type { Model } from './use-models';

/** The events that something was learned from or judged on: their window, what the cleaning left out and by which rule, and what was left. */
export function ModelData(props: {
  readonly title: string;
  readonly data: Model['data'];
  readonly simulatedEvents: number;
}) {
  const { data } = props;
  const t = useTranslations('models');
  const format = useFormatter();
  const dropped = data.dropped.filter(({ events }) => events > 0);
  const clean = data.dropped.filter(({ events }) => events === 0).length;
  const date = (value: string) => format.dateTime(new Date(value), { dateStyle: 'medium' });
  return (
    <Panel
      title={props.title}
      note={t('dataNote')}
      action={props.simulatedEvents > 0 ? <SimulatedTag>{t('withSimulated')}</SimulatedTag> : null}
    >
      <dl className={facts.list}>
        <div className={facts.row}>
          <dt>{t('window')}</dt>
          <dd>
            {data.from == null || data.to == null
              ? t('noWindow')
              : t('fromTo', { from: date(data.from), to: date(data.to) })}
          </dd>
        </div>
        <div className={facts.row}>
          <dt>{t('eventsRead')}</dt>
          <dd>{format.number(data.events)}</dd>
        </div>
        {dropped.map(({ rule, events }) => (
          <div key={rule} className={facts.row} data-inner>
            <dt>{textOr(t, `rule.${rule}`, rule)}</dt>
            <dd>
              {format.number(-events)}
              <span className={facts.note}>
                {format.number(events / data.events, { style: 'percent', maximumFractionDigits: 1 })}
              </span>
            </dd>
          </div>
        ))}
        {clean > 0 ? (
          <div className={facts.row} data-inner>
            <dt>{t('rulesWithout', { count: clean })}</dt>
            <dd>{format.number(0)}</dd>
          </div>
        ) : null}
        <div className={facts.row}>
          <dt>{t('pairsLeft')}</dt>
          <dd>{format.number(data.interactions)}</dd>
        </div>
        <div className={facts.row}>
          <dt>{t('peopleAndItems')}</dt>
          <dd>
            {t('peopleAndItemsValue', {
              profiles: format.number(data.profiles),
              items: format.number(data.items),
            })}
          </dd>
        </div>
      </dl>
    </Panel>
  );
}
