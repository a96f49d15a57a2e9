'use client';
import { Skeleton, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { parseAsString, useQueryStates } from 'nuqs';
import { ListComparison } from '@/design/list-comparison';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import styles from './preview-views.module.css';
import { subjectOf, type Visitor } from './visitor';

const asOfQuery = graphql(`
  query AsOf($placement: String!, $subject: SubjectInput!, $asOf: DateTime!, $first: Int!) {
    then: explain(placement: $placement, subject: $subject, asOf: $asOf, first: $first) { list { itemId title } }
    now: explain(placement: $placement, subject: $subject, first: $first) { list { itemId title reason } }
  }
`);
const replayQuery = graphql(`
  query Replay($id: ID!) {
    replay(recommendationId: $id) {
      isSame caveats createdAt placement
      logged { itemId title }
      now { itemId title }
      changes { itemId reason }
    }
  }
`);

/** The list of another time beside that of now; or a list that somebody was shown, made again. */
export function TimeTravel({ visitor }: { readonly visitor: Visitor }) {
  const t = useTranslations('preview');
  const locale = useLocale();
  const [{ asOf, replay }, setPast] = useQueryStates({
    asOf: parseAsString.withDefault(''),
    replay: parseAsString.withDefault(''),
  });
  const [id] = useDebouncedValue(replay.trim(), 350);
  const moment = new Date(asOf);
  const isMoment = asOf !== '' && !Number.isNaN(moment.getTime());
  const then = useQuery({
    queryKey: ['as-of', visitor, asOf, locale],
    queryFn: ({ signal }) =>
      request(
        asOfQuery,
        {
          placement: visitor.placement,
          subject: subjectOf(visitor),
          asOf: moment.toISOString(),
          first: visitor.first,
        },
        signal,
      ),
    enabled: isMoment && id === '',
  });
  const made = useQuery({
    queryKey: ['replay', id, locale],
    queryFn: async ({ signal }) => (await request(replayQuery, { id }, signal)).replay,
    enabled: id !== '',
  });
  return (
    <Panel title={t('pastTitle')} note={t('pastNote')}>
      <div className={styles.fields}>
        <TextInput
          type="datetime-local"
          label={t('asOf')}
          description={t('asOfNote')}
          value={asOf}
          onChange={(event) => void setPast({ asOf: event.currentTarget.value || null })}
        />
        <TextInput
          label={t('replayId')}
          description={t('replayNote')}
          value={replay}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => void setPast({ replay: event.currentTarget.value || null })}
        />
      </div>
      {id !== '' ? (
        <QueryView query={made} skeleton={<Skeleton height={480} />}>
          {(list) => (
            <>
              <p className={styles.facts}>{list.isSame ? t('replaySame') : t('replayDiffers')}</p>
              <ListComparison
                before={list.logged}
                after={list.now}
                beforeTitle={t('logged')}
                afterTitle={t('now')}
                reasons={new Map(list.changes.map(({ itemId, reason }) => [itemId, reason]))}
              />
              {list.caveats.length === 0 ? null : (
                <ul className={styles.caveats} aria-label={t('caveats')}>
                  {list.caveats.map((caveat) => (
                    <li key={caveat}>{caveat}</li>
                  ))}
                </ul>
              )}
            </>
          )}
        </QueryView>
      ) : isMoment ? (
        <QueryView query={then} skeleton={<Skeleton height={480} />}>
          {(lists) => (
            <ListComparison
              before={lists.then.list}
              after={lists.now.list}
              beforeTitle={t('then')}
              afterTitle={t('now')}
              reasons={new Map(lists.now.list.map(({ itemId, reason }) => [itemId, reason]))}
            />
          )}
        </QueryView>
      ) : (
        <p className={styles.none}>{t('pastNone')}</p>
      )}
    </Panel>
  );
}
