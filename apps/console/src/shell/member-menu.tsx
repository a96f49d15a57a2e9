'use client';
import { Menu, UnstyledButton } from '@mantine/core';
import { IconLogout, IconUserCog } from '@tabler/icons-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useSession, useSignOut } from '@/session/session';
import styles from './member-menu.module.css';

export function MemberMenu() {
  const t = useTranslations('shell');
  const roles = useTranslations('roles');
  const signOut = useSignOut();
  const member = useSession().data;
  if (member === undefined) return <div className={styles.member} aria-hidden />;
  const role = member.role === null ? undefined : roles(member.role);
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <UnstyledButton className={styles.member}>
          <span className={styles.initial} aria-hidden>
            {[...member.name][0]?.toLocaleUpperCase()}
          </span>
          <span className="visually-hidden">{t('account')}</span>
          <span className={styles.words}>
            <span className={styles.name}>{member.name}</span>
            {role === undefined ? null : <span className={styles.role}>{role}</span>}
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{member.email}</Menu.Label>
        <Menu.Item component={Link} href="/account" leftSection={<IconUserCog size={16} aria-hidden />}>
          {t('myAccount')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => signOut.mutate()}>
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
