'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { Figure, Figures } from '@/design/figure';
import { Meter } from '@/design/meter';
import { useActorText } from '@/design/use-actor-text';
import type { RulePopulationQuery } from '@/generated/graphql';
import styles from './rule-population.module.css';

/** What a draft does to everybody at a placement, once that has been worked out; until then how far it is. */
export function PopulationDiff({ diff }: { readonly diff: RulePopulationQuery['populationDiffs'][number] }) {
  const t = useTranslations('rules');
  const actorText = useActorText();
  const format = useFormatter();
  const percent = (share: number) => format.number(share, { style: 'percent', maximumFractionDigits: 1 });
  if (diff.status === 'FAILED')
    return <p className={styles.note}>{t('populationFailed', { error: diff.error ?? '' })}</p>;
  const { result } = diff;
  if (result == null) {
    const text = t('populationRunning', { done: diff.done, total: diff.total });
    return (
      <div className={styles.running} aria-live="polite">
        <Meter value={diff.done} of={diff.total} label={t('population')} text={text} live />
        <span>{text}</span>
      </div>
    );
  }
  const rate = result.clickRate.doublyRobust;
  return (
    <>
      <Figures>
        <Figure
          label={t('listsChanged')}
          value={percent(result.changedShare)}
          note={t('listsChangedNote', { changed: result.changed, lists: result.lists })}
        />
        <Figure
          label={t('rankMove')}
          value={format.number(result.meanRankMove, { maximumFractionDigits: 2 })}
          unit={t('ranks')}
        />
        <Figure
          label={t('newItems')}
          value={percent(result.newItemExposure.after)}
          note={t('fromTo', { before: percent(result.newItemExposure.before) })}
        />
        <Figure
          label={t('coverage')}
          value={percent(result.coverage.after)}
          note={t('fromTo', { before: percent(result.coverage.before) })}
        />
        {rate == null ? null : (
          <Figure
            label={t('clickRateEstimate')}
            value={percent(rate.mean)}
            note={t('clickRateInterval', { low: percent(rate.low), high: percent(rate.high) })}
          />
        )}
      </Figures>
      <div className={styles.exchanged}>
        <Exchanged title={t('enteringTitle')} items={result.entering.top} />
        <Exchanged title={t('leavingTitle')} items={result.displaced.top} />
      </div>
      <ul className={styles.caveats}>
        {[...result.clickRate.warnings.map(({ message }) => message), ...result.caveats].map((text) => (
          <li key={text}>{text}</li>
        ))}
        <li>
          {t('comparedAt', {
            date: format.dateTime(new Date(diff.finishedAt ?? 0), {
              dateStyle: 'medium',
              timeStyle: 'short',
            }),
            author: actorText(diff.requestedBy),
          })}
        </li>
      </ul>
    </>
  );
}

function Exchanged(props: {
  readonly title: string;
  readonly items: readonly { readonly itemId: string; readonly title: string; readonly lists: number }[];
}) {
  const t = useTranslations('rules');
  return (
    <section>
      <h3 className={styles.heading}>{props.title}</h3>
      {props.items.length === 0 ? <p className={styles.note}>{t('noneMoves')}</p> : null}
      <ul className={styles.items}>
        {props.items.slice(0, 5).map(({ itemId, title, lists }) => (
          <li key={itemId}>
            <span>{title === '' ? itemId : title}</span>
            <span className={styles.count}>{t('inLists', { count: lists })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
