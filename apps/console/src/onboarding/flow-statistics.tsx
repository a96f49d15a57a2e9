'use client';
import { Anchor, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { useItemTitles } from '@/catalogue/use-item-titles';
import { BarList } from '@/design/bar-list';
import { DataTable } from '@/design/chart/data-table';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import type { OnboardingStatisticsQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';
import styles from './flow-statistics.module.css';

const statisticsQuery = graphql(`
  query OnboardingStatistics($flow: String!) {
    onboardingStatistics(flow: $flow) {
      people
      answers { question option people }
      cards { itemId liked disliked skipped }
    }
  }
`);
const shownCards = 10;
type Statistics = OnboardingStatisticsQuery['onboardingStatistics'];

/** What people answered, question by question, and what they said to the cards. */
export function FlowStatistics({ flow }: { readonly flow: string }) {
  const t = useTranslations('onboarding');
  const query = useQuery({
    queryKey: ['onboarding-statistics', flow],
    queryFn: async ({ signal }) => (await request(statisticsQuery, { flow }, signal)).onboardingStatistics,
    staleTime: 60_000,
  });
  return (
    <Panel title={t('statistics')} note={t('statisticsNote')}>
      <QueryView query={query} skeleton={<Skeleton height={120} />}>
        {(statistics) =>
          statistics.people === 0 ? (
            <p className={styles.note}>{t('noAnswers')}</p>
          ) : (
            <Answers statistics={statistics} />
          )
        }
      </QueryView>
    </Panel>
  );
}

function Answers({ statistics }: { readonly statistics: Statistics }) {
  const t = useTranslations('onboarding');
  const format = useFormatter();
  const { people, answers } = statistics;
  const cards = statistics.cards.slice(0, shownCards);
  const titles = useItemTitles(cards.map(({ itemId }) => itemId));
  return (
    <>
      <p className={styles.note}>{t('people', { count: people })}</p>
      <div className={styles.questions}>
        {[...new Set(answers.map(({ question }) => question))].map((question) => (
          <section key={question}>
            <h3 className={styles.heading}>{question}</h3>
            <BarList
              bars={answers
                .filter((answer) => answer.question === question)
                .map((answer) => ({
                  id: answer.option,
                  label: answer.option,
                  share: answer.people / people,
                  value: format.number(answer.people / people, {
                    style: 'percent',
                    maximumFractionDigits: 1,
                  }),
                  note: t('people', { count: answer.people }),
                }))}
            />
          </section>
        ))}
      </div>
      {cards.length === 0 ? null : (
        <DataTable
          label={t('cardAnswers')}
          columns={[t('item'), t('like'), t('dislike'), t('skipped')]}
          rows={cards.map((card) => [
            <Anchor
              key={card.itemId}
              component={Link}
              href={`/catalogue?item=${encodeURIComponent(card.itemId)}`}
              size="sm"
            >
              {titles.get(card.itemId)}
            </Anchor>,
            format.number(card.liked),
            format.number(card.disliked),
            format.number(card.skipped),
          ])}
        />
      )}
    </>
  );
}
