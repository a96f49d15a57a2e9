'use client';
import { Skeleton, Tabs } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import { useQueryState } from 'nuqs';
import type { ComponentType } from 'react';
import styles from './page-tabs.module.css';

export interface PageTab {
  readonly name: string;
  readonly label: string;
  readonly Icon: Icon;
  readonly Content: ComponentType;
}

/** What stands where a tab will be while its script is on the way. */
export const loadingTab = () => <Skeleton height={420} radius="lg" aria-busy="true" />;

/** The tabs of a page; the one that is looked at stands in the address (`tab=`), the first one without. */
export function PageTabs({
  label,
  tabs,
  onLeave,
}: {
  readonly label: string;
  readonly tabs: readonly PageTab[];
  readonly onLeave?: () => void;
}) {
  const [wanted, setWanted] = useQueryState('tab');
  const first = tabs[0]?.name ?? '';
  const tab = tabs.some(({ name }) => name === wanted) ? wanted : first;
  return (
    <Tabs
      value={tab}
      onChange={(value) => {
        onLeave?.();
        void setWanted(value === first ? null : value);
      }}
      keepMounted={false}
    >
      <Tabs.List mb="md" aria-label={label} className={styles.list}>
        {tabs.map(({ name, label, Icon }) => (
          <Tabs.Tab
            key={name}
            value={name}
            className={styles.tab}
            leftSection={<Icon size={16} aria-hidden />}
            ref={(element) => {
              if (name === tab) element?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
            }}
          >
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ name, Content }) => (
        <Tabs.Panel key={name} value={name}>
          <Content />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
