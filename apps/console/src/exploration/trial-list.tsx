'use client';
import { Anchor, Button, SegmentedControl, Skeleton } from '@mantine/core';
import { IconTelescope } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useLocale, useTranslations } from 'next-intl';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useState } from 'react';
import { scaleOf } from '@/design/chart/scale';
import { DrawnInterval } from '@/design/drawn-interval';
import { Empty } from '@/design/empty';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { ReasonDialog } from '@/design/reason-dialog';
import { ShowMore } from '@/design/show-more';
import { Tag, type Tone } from '@/design/tag';
import { graphql } from '@/generated';
import type { ItemTrialsQuery, TrialState } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { useMay } from '@/session/use-may';
import styles from './exploration-tab.module.css';
import { calibrationOptions, overallRate } from './use-calibration';

const trialsQuery = graphql(`
  query ItemTrials($placement: String!, $state: TrialState, $after: String) {
    itemTrials(placement: $placement, state: $state, first: 20, after: $after) {
      nodes { itemId title state why dayZeroRate impressions clicks clickRate { mean low high } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
const decideMutation = graphql(`
  mutation DecideTrial($itemId: ID!, $state: TrialState!, $reason: String!, $expectedState: TrialState) {
    decideTrial(itemId: $itemId, state: $state, reason: $reason, expectedState: $expectedState) { itemId state }
  }
`);
type Trial = ItemTrialsQuery['itemTrials']['nodes'][number];
const states = ['ON_TRIAL', 'GRADUATED', 'RETIRED'] as const;
const tones: Record<TrialState, Tone> = { ON_TRIAL: 'accent', GRADUATED: 'good', RETIRED: 'plain' };

/** Each new item with what is believed of its click rate, against that of all items on trial; decided by hand with a reason. */
export function TrialList({ placement }: { readonly placement: string }) {
  const t = useTranslations('exploration');
  const format = useFormatter();
  const locale = useLocale();
  const may = useMay('MERCHANDISER');
  const [state, setState] = useQueryState('state', parseAsStringLiteral(states));
  const [deciding, setDeciding] = useState<{ readonly trial: Trial; readonly to: TrialState } | null>(null);
  const queryClient = useQueryClient();
  const rate = overallRate(useQuery(calibrationOptions).data);
  const query = useInfiniteQuery({
    queryKey: ['item-trials', placement, state, locale],
    queryFn: async ({ pageParam, signal }) =>
      (await request(trialsQuery, { placement, state, after: pageParam }, signal)).itemTrials,
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
  });
  const decide = useMutation({
    mutationFn: (reason: string) =>
      request(decideMutation, {
        itemId: deciding?.trial.itemId ?? '',
        state: deciding?.to ?? 'ON_TRIAL',
        reason,
        expectedState: deciding?.trial.state ?? null,
      }),
    onSuccess: () => setDeciding(null),
    onSettled: () =>
      Promise.all(
        ['item-trials', 'exploration'].map((name) => queryClient.invalidateQueries({ queryKey: [name] })),
      ),
  });
  const percent = (value: number) =>
    format.number(value, { style: 'percent', maximumFractionDigits: 1, minimumFractionDigits: 1 });
  return (
    <Panel title={t('trials')} note={t('trialsNote')} className="wide" flush>
      <div className={styles.bar}>
        <span>{rate === null ? t('noRate') : t('rateOfAll', { rate: percent(rate) })}</span>
        <SegmentedControl
          size="xs"
          aria-label={t('state')}
          value={state ?? 'all'}
          data={[
            { value: 'all', label: t('all') },
            ...states.map((value) => ({ value, label: t(`states.${value}`) })),
          ]}
          onChange={(value) => void setState(states.find((one) => one === value) ?? null)}
        />
      </div>
      <QueryView query={query} skeleton={<Skeleton height={360} m="md" />}>
        {({ pages }) => {
          const trials = pages.flatMap(({ nodes }) => nodes);
          if (trials.length === 0) {
            return <Empty icon={<IconTelescope size={24} />} title={t('none')} text={t('noneText')} />;
          }
          const scale = scaleOf([0, ...trials.map(({ clickRate }) => clickRate.high), rate ?? 0], 4);
          return (
            <div>
              {trials.map((trial) => (
                <div key={trial.itemId} className={styles.trial}>
                  <div>
                    <div className={styles.head}>
                      <Anchor
                        component={Link}
                        href={`/catalogue?item=${encodeURIComponent(trial.itemId)}`}
                        className={styles.name}
                      >
                        {trial.title}
                      </Anchor>
                      <Tag tone={tones[trial.state]}>{t(`states.${trial.state}`)}</Tag>
                    </div>
                    <div className={styles.why}>{trial.why}</div>
                  </div>
                  <DrawnInterval
                    scale={scale}
                    shape="disc"
                    {...trial.clickRate}
                    reference={rate}
                    expected={trial.dayZeroRate}
                  />
                  <div className={styles.rate}>
                    {percent(trial.clickRate.mean)}
                    <small>
                      {t('interval', {
                        low: percent(trial.clickRate.low),
                        high: percent(trial.clickRate.high),
                      })}
                    </small>
                    <small>{t('seen', { clicks: trial.clicks, impressions: trial.impressions })}</small>
                  </div>
                  {may ? (
                    <Button.Group>
                      {states
                        .filter((to) => to !== trial.state)
                        .map((to) => (
                          <Button
                            key={to}
                            size="compact-xs"
                            variant="default"
                            aria-label={t('decideNamed', { action: t(`decide.${to}`), item: trial.title })}
                            onClick={() => setDeciding({ trial, to })}
                          >
                            {t(`decide.${to}`)}
                          </Button>
                        ))}
                    </Button.Group>
                  ) : null}
                </div>
              ))}
            </div>
          );
        }}
      </QueryView>
      <ShowMore query={query} label={t('more')} />
      <ReasonDialog
        opened={deciding !== null}
        title={deciding === null ? '' : t(`decideTitle.${deciding.to}`, { item: deciding.trial.title })}
        text={deciding === null ? '' : t(`decideText.${deciding.to}`)}
        action={deciding === null ? '' : t(`decide.${deciding.to}`)}
        pending={decide.isPending}
        failure={decide.error === null ? null : asFailure(decide.error)}
        onConfirm={(reason) => decide.mutate(reason)}
        onClose={() => {
          decide.reset();
          setDeciding(null);
        }}
      />
    </Panel>
  );
}
