'use client';
import { Button, Select, Skeleton, Tabs } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowsExchange, IconUserPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useLocale, useTranslations } from 'next-intl';
import { useQueryStates } from 'nuqs';
import { useState } from 'react';
import { Empty } from '@/design/empty';
import { changesBetween } from '@/design/list-change';
import { ListComparison } from '@/design/list-comparison';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { SlowNote } from '@/design/slow-note';
import { asObject } from '@/form/form-value';
import { graphql } from '@/generated';
import type { RulePreviewQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';
import { inputOf, type RuleDraft } from './rule-draft';
import { RuleFindings } from './rule-findings';
import styles from './rule-preview.module.css';
import { mostVisitors, subjectOfTried, type TriedVisitor, tryOutParsers } from './visitors';

const NewVisitorDialog = dynamic(() =>
  import('./new-visitor-dialog').then((module) => module.NewVisitorDialog),
);

const rulePreviewQuery = graphql(`
  query RulePreview($draft: RuleInput!, $placement: String!, $subjects: [SubjectInput!]!) {
    previewRule(draft: $draft, placement: $placement, subjects: $subjects) {
      findings { rule other code severity message }
      subjects {
        live { itemId title }
        draft { itemId title }
        moves { itemId reason }
        entries { itemId reason }
        exits { itemId reason }
      }
    }
  }
`);
type PreviewOfVisitor = RulePreviewQuery['previewRule']['subjects'][number];

/** What the draft would change for several visitors, asked anew with every change. Nothing is saved or logged. */
export function RulePreview(props: {
  readonly draft: RuleDraft;
  readonly isReady: boolean;
  readonly missing: readonly string[];
  readonly placements: readonly { readonly key: string; readonly name: string }[];
}) {
  const t = useTranslations('rules');
  const locale = useLocale();
  const [tried, setTried] = useQueryStates(tryOutParsers);
  const [adding, setAdding] = useState(false);
  const named = asObject(props.draft.condition).placements;
  const first = Array.isArray(named) ? named.find((one) => typeof one === 'string') : undefined;
  const placement =
    tried.on !== '' ? tried.on : typeof first === 'string' ? first : defaultOf(props.placements);
  const input = { ...inputOf(props.draft), key: props.draft.key === '' ? 'draft' : props.draft.key };
  const [settled] = useDebouncedValue(JSON.stringify(input), 350);
  const query = useQuery({
    queryKey: ['rule-preview', settled, placement, tried.visitors, locale],
    queryFn: async ({ signal }) =>
      (
        await request(
          rulePreviewQuery,
          {
            draft: JSON.parse(settled) as typeof input,
            placement,
            subjects: tried.visitors.map(subjectOfTried),
          },
          signal,
        )
      ).previewRule,
    enabled: props.isReady && placement !== '',
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
  const chosen = Math.min(tried.visitor, tried.visitors.length - 1);
  const setVisitors = (visitors: readonly TriedVisitor[], visitor: number) =>
    void setTried({ visitors: [...visitors], visitor });
  return (
    <Panel
      title={t('preview')}
      note={t('previewNote')}
      action={
        <Select
          aria-label={t('placement')}
          size="xs"
          w={190}
          data={props.placements.map(({ key, name }) => ({ value: key, label: name }))}
          value={placement}
          allowDeselect={false}
          onChange={(on) => void setTried({ on })}
        />
      }
    >
      <Tabs
        value={String(chosen)}
        onChange={(value) => void setTried({ visitor: Number(value) })}
        keepMounted={false}
        classNames={{ list: styles.visitors ?? '' }}
      >
        <div className={styles.visitorBar}>
          <Tabs.List aria-label={t('visitors')}>
            {tried.visitors.map((visitor, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: visitors have no identity but their place
              <Tabs.Tab key={index} value={String(index)}>
                <VisitorTab visitor={visitor} preview={query.data?.subjects[index]} />
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Button
            variant="subtle"
            size="xs"
            leftSection={<IconUserPlus size={15} aria-hidden />}
            disabled={tried.visitors.length >= mostVisitors}
            onClick={() => setAdding(true)}
          >
            {t('addVisitor')}
          </Button>
        </div>
        {tried.visitors.map((_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: visitors have no identity but their place
          <Tabs.Panel key={index} value={String(index)}>
            {!props.isReady ? (
              <Empty
                icon={<IconArrowsExchange size={24} />}
                title={t('notReady')}
                text={t('notReadyText', { fields: props.missing.join(', ') })}
              />
            ) : (
              <QueryView query={query} skeleton={<Skeleton height={500} />}>
                {(preview) => {
                  const subject = preview.subjects[index];
                  return (
                    <div
                      className={styles.result}
                      data-stale={query.isPlaceholderData}
                      aria-busy={query.isPlaceholderData}
                    >
                      <SlowNote waiting={query.isPlaceholderData} />
                      {subject === undefined ? (
                        <Skeleton height={500} />
                      ) : (
                        <ListComparison
                          before={subject.live}
                          after={subject.draft}
                          beforeTitle={t('before')}
                          afterTitle={t('after')}
                          reasons={reasonsOf(subject)}
                        />
                      )}
                      <div className={styles.findings}>
                        <RuleFindings of={input.key} findings={preview.findings} />
                      </div>
                    </div>
                  );
                }}
              </QueryView>
            )}
            {tried.visitors.length > 1 ? (
              <Button
                variant="subtle"
                size="compact-xs"
                mt="xs"
                onClick={() => setVisitors(tried.visitors.toSpliced(index, 1), Math.max(0, index - 1))}
              >
                {t('removeVisitor')}
              </Button>
            ) : null}
          </Tabs.Panel>
        ))}
      </Tabs>
      {adding ? (
        <NewVisitorDialog
          opened
          onClose={() => setAdding(false)}
          onAdd={(visitor) => {
            setVisitors([...tried.visitors, visitor], tried.visitors.length);
            setAdding(false);
          }}
        />
      ) : null}
    </Panel>
  );
}

/** Who it is, and whether anything changes for them. */
function VisitorTab(props: {
  readonly visitor: TriedVisitor;
  readonly preview: PreviewOfVisitor | undefined;
}) {
  const t = useTranslations('rules');
  const { interests, liked, profile } = props.visitor;
  const name =
    [...interests, ...(profile === '' ? [] : [profile])].join(', ') ||
    (liked.length > 0 ? t('likes', { count: liked.length }) : t('stranger'));
  const changed =
    props.preview === undefined
      ? 0
      : changesBetween(props.preview.live, props.preview.draft).filter(({ from, to }) => from !== to).length;
  return (
    <span className={styles.visitor}>
      <span className={styles.visitorName}>{name}</span>
      {props.preview === undefined ? null : (
        <span className={styles.changed}>{t('changed', { count: changed })}</span>
      )}
    </span>
  );
}

function reasonsOf({ moves, entries, exits }: PreviewOfVisitor): ReadonlyMap<string, string> {
  return new Map([...moves, ...entries, ...exits].map(({ itemId, reason }) => [itemId, reason]));
}

/** The placement of a personal list where there is one. */
function defaultOf(placements: readonly { readonly key: string }[]): string {
  return (placements.find(({ key }) => key === 'home') ?? placements[0])?.key ?? '';
}
