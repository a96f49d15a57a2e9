'use client';
import { Menu, UnstyledButton } from '@mantine/core';
import { IconCheck, IconSelector } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { switchCatalogue, useSession } from '@/session/session';
import styles from './catalogue-switch.module.css';

/** The catalogue that everything on the page belongs to; a choice when the member has several. */
export function CatalogueSwitch() {
  const t = useTranslations('shell');
  const { data } = useSession();
  if (data === undefined) return <div className={styles.name} aria-hidden />;
  const current = data.memberships.find(({ catalogueId }) => catalogueId === data.catalogueId);
  const name = current?.catalogueName ?? t('noCatalogue');
  if (data.memberships.length < 2) {
    return (
      <div className={styles.name} title={name}>
        <span>{name}</span>
      </div>
    );
  }
  return (
    <Menu position="bottom-start" width={220}>
      <Menu.Target>
        <UnstyledButton className={styles.name}>
          <span>
            <span className="visually-hidden">{t('catalogueIs')} </span>
            {name}
          </span>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('catalogues')}</Menu.Label>
        {data.memberships.map(({ catalogueId: id, catalogueName }) => (
          <Menu.Item
            key={id}
            aria-current={id === data.catalogueId}
            rightSection={id === data.catalogueId ? <IconCheck size={15} aria-hidden /> : null}
            onClick={() => switchCatalogue(id)}
          >
            {catalogueName}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
