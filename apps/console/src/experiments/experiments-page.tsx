'use client';
import { Button, SegmentedControl, Skeleton } from '@mantine/core';
import { IconFlask, IconPlus } from '@tabler/icons-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { Empty } from '@/design/empty';
import { PageHeader } from '@/design/page-header';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { ShowMore } from '@/design/show-more';
import { Waiting } from '@/design/waiting';
import { asFailure } from '@/graphql/failure';
import { useMay } from '@/session/use-may';
import { ExperimentRow } from './experiment-row';
import styles from './experiments-page.module.css';
import { useExperimentHealth, useExperiments } from './use-experiments';

const filters = ['all', 'running', 'attention', 'over'] as const;

/** Every comparison: which run and how they stand, which wait for somebody, which are over. */
export function ExperimentsPage() {
  const t = useTranslations('experiments');
  const may = useMay('EXPERIMENTER');
  const [filter, setFilter] = useQueryState('show', parseAsStringLiteral(filters).withDefault('all'));
  const query = useExperiments();
  const health = new Map(useExperimentHealth().data?.map((one) => [one.key, one]));
  const all = query.data?.pages.flat();
  const shown = all?.filter(({ key, status }) => {
    const own = health.get(key);
    if (filter === 'running') return status === 'RUNNING' || own?.status === 'RUNNING';
    if (filter === 'attention') return own?.needsDecision === true || own?.hidden === 'SAMPLE_RATIO_MISMATCH';
    return filter === 'all' || status === 'DECIDED';
  });
  const button = may ? (
    <Button component={Link} href="/experiments/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {t('new')}
    </Button>
  ) : undefined;
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} action={button} />
      {query.error === null ? null : (
        <ProblemNotice
          failure={asFailure(query.error)}
          onRetry={() => void query.refetch()}
          retrying={query.isFetching}
        />
      )}
      {shown === undefined ? (
        query.isPending ? (
          <Waiting>
            <Skeleton height={320} radius="lg" />
          </Waiting>
        ) : null
      ) : all?.length === 0 ? (
        <Panel>
          <Empty icon={<IconFlask size={24} />} title={t('none')} text={t('noneText')} action={button} />
        </Panel>
      ) : (
        <>
          <SegmentedControl
            className={styles.filter}
            aria-label={t('show')}
            value={filter}
            onChange={(value) => void setFilter(filters.find((one) => one === value) ?? 'all')}
            data={filters.map((value) => ({ value, label: t(`filter.${value}`) }))}
          />
          <Panel flush>
            {shown.length === 0 ? <p className={styles.nothing}>{t('nothing')}</p> : null}
            <ul className={styles.list}>
              {shown.map((experiment) => (
                <ExperimentRow
                  key={experiment.key}
                  experiment={experiment}
                  health={health.get(experiment.key)}
                />
              ))}
            </ul>
            <ShowMore query={query} label={t('more')} />
          </Panel>
        </>
      )}
    </>
  );
}
