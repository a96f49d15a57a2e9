'use client';
import { Select, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { parseAsString, useQueryState } from 'nuqs';
import { Figure, Figures } from '@/design/figure';
import { Meter } from '@/design/meter';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import { usePickable } from '@/rules/use-rules';
import { CalibrationPanel } from './calibration-panel';
import styles from './exploration-tab.module.css';
import { NewItemFunnel } from './new-item-funnel';
import { TrialList } from './trial-list';
import { UnshownItems } from './unshown-items';

const explorationQuery = graphql(`
  query Exploration($placement: String!) {
    exploration(placement: $placement) {
      day impressionsPerDay shown reserved share strategyKey strategyVersion onTrial graduated retired
    }
  }
`);

/** What is spent on trying out new items, and what comes of it. */
export function ExplorationTab() {
  const t = useTranslations('exploration');
  const format = useFormatter();
  const [placement, setPlacement] = useQueryState('placement', parseAsString.withDefault('home'));
  const placements = usePickable().data?.placements ?? [];
  const query = useQuery({
    queryKey: ['exploration', placement],
    queryFn: async ({ signal }) => (await request(explorationQuery, { placement }, signal)).exploration,
    refetchInterval: 15_000,
  });
  const percent = (share: number) => format.number(share, { style: 'percent', maximumFractionDigits: 1 });
  return (
    <div className={styles.grid}>
      <Panel
        title={t('budget')}
        note={t('budgetNote')}
        className="wide"
        action={
          <Select
            aria-label={t('placement')}
            size="xs"
            w={190}
            data={placements.map(({ key, name }) => ({ value: key, label: name }))}
            value={placement}
            allowDeselect={false}
            onChange={(chosen) => void setPlacement(chosen)}
          />
        }
      >
        <QueryView query={query} skeleton={<Skeleton height={118} />}>
          {(exploration) => (
            <>
              <Figures>
                <Figure
                  label={t('spent')}
                  value={format.number(exploration.shown)}
                  unit={t('ofImpressions', { limit: exploration.impressionsPerDay })}
                  note={t('reserved', { count: Math.max(0, exploration.reserved - exploration.shown) })}
                />
                <Figure
                  label={t('share')}
                  value={percent(exploration.share)}
                  note={t('shareNote', { strategy: exploration.strategyKey })}
                />
                <Figure
                  label={t('states.ON_TRIAL')}
                  value={format.number(exploration.onTrial)}
                  note={t('onTrialNote')}
                />
                <Figure
                  label={t('states.GRADUATED')}
                  value={format.number(exploration.graduated)}
                  note={t('graduatedNote')}
                />
                <Figure
                  label={t('states.RETIRED')}
                  value={format.number(exploration.retired)}
                  note={t('retiredNote')}
                />
              </Figures>
              <div className={styles.meter}>
                <Meter
                  value={exploration.shown}
                  of={exploration.impressionsPerDay}
                  label={t('spent')}
                  text={t('spentText', { shown: exploration.shown, limit: exploration.impressionsPerDay })}
                />
              </div>
            </>
          )}
        </QueryView>
      </Panel>
      <NewItemFunnel placement={placement} />
      <TrialList placement={placement} />
      <CalibrationPanel />
      <UnshownItems placement={placement} />
    </div>
  );
}
