'use client';
import { Button, Skeleton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useLocale, useTranslations } from 'next-intl';
import { Figure, Figures } from '@/design/figure';
import { Meter } from '@/design/meter';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import type { RulePopulationQuery } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import styles from './rule-population.module.css';
import type { Rule } from './use-rules';

const populationQuery = graphql(`
  query RulePopulation($key: String!) {
    populationDiffs(ruleKey: $key, first: 1) {
      id status done total error requestedBy finishedAt
      result {
        lists changed changedShare meanRankMove caveats
        coverage { before after }
        newItemExposure { before after }
        entering { top { itemId title lists } }
        displaced { top { itemId title lists } }
        clickRate { doublyRobust { mean low high } warnings { message } }
      }
    }
  }
`);
const startMutation = graphql(`
  mutation StartPopulationDiff($input: PopulationDiffInput!) {
    startPopulationDiff(input: $input) { id }
  }
`);
type Diff = RulePopulationQuery['populationDiffs'][number];
const placementOf = ({ condition }: Rule): string => {
  const named = condition['placements'];
  const first: unknown = Array.isArray(named) ? named[0] : undefined;
  return typeof first === 'string' ? first : 'home';
};

/** What the saved draft would do to everybody: asked for by a person, worked out beside requests, followed here. */
export function RulePopulation(props: {
  readonly rule: Rule;
  readonly isDirty: boolean;
  readonly may: boolean;
}) {
  const t = useTranslations('rules');
  const locale = useLocale();
  const queryClient = useQueryClient();
  const { key } = props.rule;
  const query = useQuery({
    queryKey: ['rule-population', key, locale],
    queryFn: async ({ signal }) =>
      (await request(populationQuery, { key }, signal)).populationDiffs[0] ?? null,
    // It takes seconds; polling once a second is live enough, and ends by itself.
    refetchInterval: ({ state }) =>
      state.data?.status === 'QUEUED' || state.data?.status === 'RUNNING' ? 1_000 : false,
  });
  const start = useMutation({
    mutationFn: () => request(startMutation, { input: { ruleKey: key, placement: placementOf(props.rule) } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['rule-population', key] }),
  });
  const isRunning = query.data?.status === 'QUEUED' || query.data?.status === 'RUNNING';
  return (
    <Panel
      title={t('population')}
      note={t('populationNote')}
      action={
        props.may ? (
          <Button
            variant="default"
            size="xs"
            disabled={props.isDirty || isRunning}
            loading={start.isPending}
            onClick={() => start.mutate()}
          >
            {query.data == null ? t('populationStart') : t('populationAgain')}
          </Button>
        ) : null
      }
    >
      {start.error === null ? null : <ProblemNotice failure={asFailure(start.error)} />}
      <QueryView query={query} skeleton={<Skeleton height={84} />}>
        {(diff) =>
          diff === null ? (
            <p className={styles.note}>{props.isDirty ? t('populationUnsaved') : t('populationNone')}</p>
          ) : (
            <DiffView diff={diff} />
          )
        }
      </QueryView>
    </Panel>
  );
}

function DiffView({ diff }: { readonly diff: Diff }) {
  const t = useTranslations('rules');
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
            author: diff.requestedBy,
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
