'use client';
import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useFormatter, useTranslations } from 'next-intl';
import list from '@/design/data-list.module.css';
import { Tag } from '@/design/tag';
import { textOr } from '@/i18n/text-or';
import type { Key } from './keys';

/** One key, by its first characters: what it may do, until when, and what can be done with it. */
export function KeyRow(props: {
  readonly value: Key;
  readonly onRotate: () => void;
  readonly onRevoke: () => void;
}) {
  const { value } = props;
  const t = useTranslations('keys');
  const format = useFormatter();
  const date = (text: string) => format.dateTime(new Date(text), { dateStyle: 'medium' });
  const hasExpired = value.expiresAt != null && Date.parse(value.expiresAt) <= Date.now();
  const notes = [
    `${value.prefix}…`,
    value.scopes.map((scope) => textOr(t, `scopes.${scope}`, scope)).join(', '),
    ...(value.origins.length === 0 ? [] : [value.origins.join(', ')]),
    t('created', { date: date(value.createdAt) }),
    ...(value.expiresAt == null
      ? []
      : [
          t('expires', {
            date: format.dateTime(new Date(value.expiresAt), { dateStyle: 'medium', timeStyle: 'short' }),
          }),
        ]),
  ];
  return (
    <li className={list.row}>
      <div className={list.head}>
        <span className={list.name}>{value.name}</span>
        <Tag tone={value.kind === 'SECRET' ? 'accent' : 'plain'}>{t(value.kind)}</Tag>
        {value.revokedAt == null ? null : (
          <Tag tone="bad">{t('revoked', { date: date(value.revokedAt) })}</Tag>
        )}
        {value.revokedAt == null && hasExpired ? <Tag>{t('expired')}</Tag> : null}
      </div>
      <div className={list.action}>
        {value.revokedAt == null && !hasExpired ? (
          <Menu position="bottom-end" width={180}>
            <Menu.Target>
              <Button
                size="xs"
                variant="default"
                rightSection={<IconChevronDown size={14} aria-hidden />}
                aria-label={t('manageNamed', { name: value.name, prefix: value.prefix })}
              >
                {t('manage')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={props.onRotate}>{t('rotate')}</Menu.Item>
              <Menu.Divider />
              <Menu.Item onClick={props.onRevoke}>{t('revoke')}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </div>
      <div className={list.note}>{notes.join(' · ')}</div>
    </li>
  );
}
