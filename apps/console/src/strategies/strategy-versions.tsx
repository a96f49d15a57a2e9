'use client';
import { Button, Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import list from '@/design/data-list.module.css';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { ShowMore } from '@/design/show-more';
import { Tag } from '@/design/tag';
import { useActorText } from '@/design/use-actor-text';
import { differences } from '@/form/differences';
import type { FormNode } from '@/form/form-node';
import { asObject, type FormObject } from '@/form/form-value';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import { argumentLabel } from './argument-label';
import styles from './strategy-versions.module.css';

const versionsQuery = graphql(`
  query StrategyVersions($key: String!, $before: Int) {
    strategyVersions(key: $key, first: 11, before: $before) { version name config createdBy createdAt }
  }
`);
const shown = 10;

/** Every version with what it changed; an earlier one can be filled into the form, to be looked at and saved. */
export function StrategyVersions(props: {
  readonly strategyKey: string;
  readonly node: FormNode;
  readonly newest: number;
  /** Null for who may not edit. */
  readonly onFill: ((config: FormObject) => void) | null;
}) {
  const t = useTranslations('strategies');
  const format = useFormatter();
  const actorText = useActorText();
  const query = useInfiniteQuery({
    queryKey: ['strategy-versions', props.strategyKey],
    queryFn: async ({ pageParam, signal }) =>
      (await request(versionsQuery, { key: props.strategyKey, before: pageParam }, signal)).strategyVersions,
    initialPageParam: null as number | null,
    // one more than is shown is asked for: the last one shown is compared with it
    getNextPageParam: (page) => (page.length > shown ? (page[shown - 1]?.version ?? null) : null),
  });
  return (
    <Panel title={t('versions')} note={t('versionsNote')} flush>
      <QueryView query={query} skeleton={<Skeleton height={160} m="md" />}>
        {({ pages }) => (
          <ol className={list.list}>
            {pages.flatMap((page) =>
              page.slice(0, shown).map((one, index) => {
                const before = page[index + 1];
                const changes =
                  before === undefined ? [] : differences(asObject(before.config), asObject(one.config));
                return (
                  <li key={one.version} className={list.row}>
                    <div className={list.head}>
                      <span className={list.name}>{t('version', { version: one.version })}</span>
                      {one.version === props.newest ? <Tag tone="good">{t('acts')}</Tag> : null}
                    </div>
                    <div className={list.action}>
                      {props.onFill === null || one.version === props.newest ? null : (
                        <Button
                          variant="default"
                          size="compact-xs"
                          aria-label={t('fillNamed', { version: one.version })}
                          onClick={() => props.onFill?.(asObject(one.config))}
                        >
                          {t('fill')}
                        </Button>
                      )}
                    </div>
                    <div className={list.note}>
                      {[
                        one.createdBy == null ? null : actorText(one.createdBy),
                        format.dateTime(new Date(one.createdAt), { dateStyle: 'medium', timeStyle: 'short' }),
                      ]
                        .filter((part) => part !== null)
                        .join(' · ')}
                    </div>
                    {changes.length === 0 ? null : (
                      <ul className={styles.changes}>
                        {changes.slice(0, 6).map(({ path, theirs, yours }) => (
                          <li key={path}>
                            {argumentLabel(props.node, path).join(' › ')}: <del>{theirs ?? t('notSet')}</del>{' '}
                            → {yours ?? t('notSet')}
                          </li>
                        ))}
                        {changes.length > 6 ? (
                          <li>{t('moreChanges', { count: changes.length - 6 })}</li>
                        ) : null}
                      </ul>
                    )}
                  </li>
                );
              }),
            )}
          </ol>
        )}
      </QueryView>
      <ShowMore query={query} label={t('older')} />
    </Panel>
  );
}
