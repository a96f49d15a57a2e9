'use client';
import { SegmentedControl, Skeleton } from '@mantine/core';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import type { ReactNode } from 'react';
import styles from './preview-views.module.css';
import type { Visitor } from './visitor';

const loading = () => <Skeleton height={420} aria-busy="true" />;
const LeftOut = dynamic(() => import('./left-out').then((module) => module.LeftOut), { loading });
const SideBySide = dynamic(() => import('./side-by-side').then((module) => module.SideBySide), { loading });
const TimeTravel = dynamic(() => import('./time-travel').then((module) => module.TimeTravel), { loading });

const views = ['list', 'filtered', 'compare', 'past'] as const;

/** The same visitor seen in four ways: the list, what did not make it, another placement, another time. */
export function PreviewViews(props: { readonly visitor: Visitor; readonly children: ReactNode }) {
  const t = useTranslations('preview');
  const [view, setView] = useQueryState('view', parseAsStringLiteral(views).withDefault('list'));
  const shown = () => {
    switch (view) {
      case 'list':
        return props.children;
      case 'filtered':
        return <LeftOut visitor={props.visitor} />;
      case 'compare':
        return <SideBySide visitor={props.visitor} />;
      case 'past':
        return <TimeTravel visitor={props.visitor} />;
    }
  };
  return (
    <div className={styles.views}>
      <SegmentedControl
        aria-label={t('view')}
        size="sm"
        value={view}
        data={views.map((value) => ({ value, label: t(`views.${value}`) }))}
        onChange={(value) => void setView(views.find((one) => one === value) ?? null)}
        className={styles.switch}
      />
      {shown()}
    </div>
  );
}
