'use client';
import { Button, NativeSelect, Skeleton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { PopulationDiff } from './population-diff';
import styles from './rule-population.module.css';
import { type Rule, usePickable } from './use-rules';

const populationQuery = graphql(`
  query RulePopulation($key: String!) {
    populationDiffs(ruleKey: $key, first: 20) {
      id placement status done total error requestedBy finishedAt
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
/** So many of a catalogue wait or run at most. */
const mostAtOnce = 5;
/** Stands for every placement of the rule; no placement has such a key. */
const everywhere = '*';

/** What the saved draft would do to everybody, placement by placement: asked for by a person, worked out beside requests, followed here. */
export function RulePopulation(props: {
  readonly rule: Rule;
  readonly isDirty: boolean;
  readonly may: boolean;
}) {
  const t = useTranslations('rules');
  const locale = useLocale();
  const queryClient = useQueryClient();
  const { key } = props.rule;
  const known = usePickable().data?.placements ?? [];
  const own = placementsOf(props.rule);
  const placements = own.length > 0 ? own : known.map((one) => one.key);
  const mayAll = placements.length > 1 && placements.length <= mostAtOnce;
  const [picked, pick] = useState<string | null>(null);
  const chosen = picked ?? (mayAll && own.length > 0 ? everywhere : (placements[0] ?? ''));
  const query = useQuery({
    queryKey: ['rule-population', key, locale],
    queryFn: async ({ signal }) => (await request(populationQuery, { key }, signal)).populationDiffs,
    // It takes seconds; polling once a second is live enough, and ends by itself.
    refetchInterval: ({ state }) => (state.data?.some(isOpen) ? 1_000 : false),
  });
  const start = useMutation({
    mutationFn: async (at: readonly string[]) => {
      for (const placement of at) await request(startMutation, { input: { ruleKey: key, placement } });
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['rule-population', key] }),
  });
  const nameOf = (placement: string) => known.find((one) => one.key === placement)?.name ?? placement;
  const newest = (placement: string) => query.data?.find((diff) => diff.placement === placement);
  const compared = placements.filter((placement) => newest(placement) !== undefined);
  return (
    <Panel
      title={t('population')}
      note={t('populationNote')}
      action={
        props.may && placements.length > 0 ? (
          <div className={styles.start}>
            {placements.length < 2 ? null : (
              <NativeSelect
                size="xs"
                aria-label={t('populationAt')}
                value={chosen}
                onChange={(event) => pick(event.currentTarget.value)}
                data={[
                  ...(mayAll
                    ? [{ value: everywhere, label: t('populationAll', { count: placements.length }) }]
                    : []),
                  ...placements.map((value) => ({ value, label: nameOf(value) })),
                ]}
              />
            )}
            <Button
              variant="default"
              size="xs"
              disabled={props.isDirty || query.data?.some(isOpen) === true}
              loading={start.isPending}
              onClick={() => start.mutate(chosen === everywhere ? placements : [chosen])}
            >
              {compared.length === 0 ? t('populationStart') : t('populationAgain')}
            </Button>
          </div>
        ) : null
      }
    >
      {start.error === null ? null : <ProblemNotice failure={asFailure(start.error)} />}
      <QueryView query={query} skeleton={<Skeleton height={84} />}>
        {(diffs) =>
          compared.length === 0 ? (
            <p className={styles.note}>{props.isDirty ? t('populationUnsaved') : t('populationNone')}</p>
          ) : (
            compared.map((placement) => {
              const diff = diffs.find((one) => one.placement === placement);
              return diff === undefined ? null : (
                <section key={placement} className={styles.placement}>
                  {placements.length < 2 ? null : <h3 className={styles.name}>{nameOf(placement)}</h3>}
                  <PopulationDiff diff={diff} />
                </section>
              );
            })
          )
        }
      </QueryView>
    </Panel>
  );
}

const isOpen = ({ status }: { readonly status: string }) => status === 'QUEUED' || status === 'RUNNING';

/** Where the rule acts; none: everywhere. */
function placementsOf({ condition }: Rule): readonly string[] {
  const named: unknown = condition['placements'];
  return Array.isArray(named) ? named.filter((one) => typeof one === 'string') : [];
}
