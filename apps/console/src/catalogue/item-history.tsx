'use client';
import { Anchor, Button, Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { QueryView } from '@/design/query-view';
import { ShowMore } from '@/design/show-more';
import { useActorText } from '@/design/use-actor-text';
import { graphql } from '@/generated';
import type { ItemHistoryQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';
import styles from './item-history.module.css';
import { useItemFieldLabel } from './item-labels';

const historyQuery = graphql(`
  query ItemHistory($id: ID!, $after: String) {
    itemHistory(id: $id, first: 10, after: $after) {
      nodes { id kind actor createdAt fields { field before after } importRun { id fileName } editId }
      pageInfo { hasNextPage endCursor }
      origin { actor createdAt importRun { id fileName } }
    }
  }
`);
type Change = ItemHistoryQuery['itemHistory']['nodes'][number];

/** What was done to an item, by whom and by which file; what a change overwrote can be put back into the form. */
export function ItemHistory(props: {
  readonly id: string;
  /** Null for who may not edit. */
  readonly onPutBack: ((before: Readonly<Record<string, unknown>>) => void) | null;
}) {
  const t = useTranslations('itemHistory');
  const query = useInfiniteQuery({
    queryKey: ['item', props.id, 'history'],
    queryFn: async ({ pageParam, signal }) =>
      (await request(historyQuery, { id: props.id, after: pageParam }, signal)).itemHistory,
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
  });
  return (
    <QueryView query={query} skeleton={<Skeleton height={140} />}>
      {({ pages }) => {
        const origin = pages[0]?.origin;
        return (
          <>
            <ol className={styles.list}>
              {pages
                .flatMap(({ nodes }) => nodes)
                .map((change) => (
                  <Entry key={change.id} change={change} onPutBack={props.onPutBack} />
                ))}
              {query.hasNextPage || origin === undefined ? null : (
                <li className={styles.entry}>
                  <Head
                    what={t('made')}
                    actor={origin.actor ?? null}
                    at={origin.createdAt}
                    importRun={origin.importRun ?? null}
                    editId={null}
                  />
                </li>
              )}
            </ol>
            <ShowMore query={query} label={t('older')} />
          </>
        );
      }}
    </QueryView>
  );
}

function Entry({
  change,
  onPutBack,
}: {
  readonly change: Change;
  readonly onPutBack: ((before: Readonly<Record<string, unknown>>) => void) | null;
}) {
  const t = useTranslations('itemHistory');
  const label = useItemFieldLabel();
  const { fields } = change;
  const what =
    change.kind === 'UPDATED'
      ? t('changed', { fields: fields.map(({ field }) => label(field)).join(t('comma')) })
      : t(change.kind === 'DELETED' ? 'deleted' : 'restored');
  return (
    <li className={styles.entry}>
      <Head
        what={what}
        actor={change.actor}
        at={change.createdAt}
        importRun={change.importRun ?? null}
        editId={change.editId ?? null}
      />
      {fields.length === 0 ? null : (
        <dl className={styles.fields}>
          {fields.flatMap(({ field, before, after }) =>
            parts(field, before, after).map(([name, from, to]) => (
              <div key={`${field} ${name}`} className={styles.field}>
                <dt>{name === field ? label(field) : name}</dt>
                <dd>
                  <Value value={from} kind="before" />
                  <span aria-hidden> → </span>
                  <Value value={to} kind="after" />
                </dd>
              </div>
            )),
          )}
        </dl>
      )}
      {onPutBack === null || change.kind !== 'UPDATED' ? null : (
        <Button
          variant="default"
          size="compact-xs"
          aria-label={t('putBackNamed', { what })}
          onClick={() => onPutBack(Object.fromEntries(fields.map(({ field, before }) => [field, before])))}
        >
          {t('putBack')}
        </Button>
      )}
    </li>
  );
}

function Head(props: {
  readonly what: string;
  readonly actor: string | null;
  readonly at: string;
  readonly importRun: { readonly id: string; readonly fileName: string } | null;
  readonly editId: string | null;
}) {
  const t = useTranslations('itemHistory');
  const format = useFormatter();
  const actorText = useActorText();
  return (
    <>
      <p className={styles.what}>{props.what}</p>
      <p className={styles.who}>
        {[
          props.actor === null ? null : actorText(props.actor),
          format.dateTime(new Date(props.at), { dateStyle: 'medium', timeStyle: 'short' }),
        ]
          .filter((one) => one !== null)
          .join(' · ')}
        {props.importRun === null ? null : (
          <>
            {' · '}
            <Anchor component={Link} size="xs" href={`/catalogue/import?run=${props.importRun.id}`}>
              {t('byImport', { file: props.importRun.fileName })}
            </Anchor>
          </>
        )}
        {props.editId === null ? null : (
          <>
            {' · '}
            <Anchor component={Link} size="xs" href={`/catalogue?edit=${props.editId}`}>
              {t('byEdit')}
            </Anchor>
          </>
        )}
      </p>
    </>
  );
}

/** One side of a change, short enough for a line; the whole of it as a title. */
function Value({ value, kind }: { readonly value: unknown; readonly kind: 'before' | 'after' }) {
  const t = useTranslations('itemHistory');
  const format = useFormatter();
  const isMoment = typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
  const text = isMoment
    ? format.dateTime(new Date(value), { dateStyle: 'medium', timeStyle: 'short' })
    : textOf(value);
  const Mark = kind === 'before' ? 'del' : 'ins';
  return (
    <Mark className={styles[kind]} title={text.length > mostShown ? text : undefined}>
      {text === '' ? t('nothing') : text.length > mostShown ? `${text.slice(0, mostShown)}…` : text}
    </Mark>
  );
}

const mostShown = 140;
const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** A change of attributes as the attributes that changed. */
function parts(
  field: string,
  before: unknown,
  after: unknown,
): readonly (readonly [string, unknown, unknown])[] {
  if (field !== 'attributes') return [[field, before, after]];
  const [from, to] = [before, after].map(
    (side) => new Map(Object.entries(typeof side === 'object' && side !== null ? side : {})),
  );
  return [...new Set([...(from?.keys() ?? []), ...(to?.keys() ?? [])])].flatMap((name) => {
    const [a, b] = [from?.get(name), to?.get(name)];
    return JSON.stringify(a) === JSON.stringify(b) ? [] : [[name, a, b] as const];
  });
}
