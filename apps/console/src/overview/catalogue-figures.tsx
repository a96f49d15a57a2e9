'use client';
import { Skeleton } from '@mantine/core';
import { useFormatter, useTranslations } from 'next-intl';
import { useEncodingProgress } from '@/catalogue/encoding-progress';
import { Figure, Figures } from '@/design/figure';
import { Meter } from '@/design/meter';
import { Panel } from '@/design/panel';
import { SimulatedTag } from '@/design/simulated-tag';
import type { OverviewQuery } from '@/generated/graphql';

/** How much there is of everything; what simulated visitors contributed is said beside each figure. */
export function CatalogueFigures({ overview }: { readonly overview: OverviewQuery['overview'] }) {
  const t = useTranslations('overview');
  const format = useFormatter();
  const live = useEncodingProgress().data;
  const { items, events, profiles } = overview;
  const encoded = live?.encoded ?? items.encoded;
  const total = live?.total ?? items.total;
  const share = total === 0 ? 0 : encoded / total;
  // 3,200 of 3,201 is not 100 %.
  const percent = format.number(Math.floor(share * 1_000) / 10, { maximumFractionDigits: 1 });
  return (
    <Panel title={t('figures')} className="wide">
      <Figures>
        <Figure
          label={t('items')}
          value={format.number(items.total)}
          note={t('itemsNote', { active: format.number(items.active), hidden: format.number(items.hidden) })}
        />
        <Figure
          label={t('encoded')}
          value={total === 0 ? '–' : percent}
          unit={total === 0 ? undefined : '%'}
          note={t('encodedNote', { encoded: format.number(encoded), total: format.number(total) })}
        />
        <Figure
          label={t('events')}
          value={format.number(events.total)}
          note={
            <>
              {t('eventsNote', { count: format.number(events.last24h) })}
              <SimulatedShare simulated={events.simulated} total={events.total} />
            </>
          }
        />
        <Figure
          label={t('profiles')}
          value={format.number(profiles.total)}
          note={<SimulatedShare simulated={profiles.simulated} total={profiles.total} />}
        />
      </Figures>
      <div style={{ marginTop: 18 }}>
        <Meter
          value={encoded}
          of={total}
          label={t('encoded')}
          text={`${percent} %`}
          live={live !== undefined && live.waiting > 0}
        />
      </div>
    </Panel>
  );
}

function SimulatedShare({ simulated, total }: { readonly simulated: number; readonly total: number }) {
  const t = useTranslations('simulated');
  const format = useFormatter();
  if (simulated === 0) return null;
  return (
    <SimulatedTag>
      {simulated === total ? t('all') : t('some', { simulated: format.number(simulated) })}
    </SimulatedTag>
  );
}

export function CatalogueFiguresSkeleton() {
  return (
    <Panel title={<Skeleton height={18} width={120} />} className="wide">
      <Skeleton height={129} />
    </Panel>
  );
}
