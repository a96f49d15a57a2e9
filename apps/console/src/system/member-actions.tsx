'use client';
import { Button, Menu } from '@mantine/core';
import {
  IconChevronDown,
  IconDevices,
  IconPlayerPause,
  IconPlayerPlay,
  IconUserMinus,
} from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { Role } from '@/generated/graphql';
import { memberRoles } from '@/session/use-may';
import type { Member } from './members';

export type MemberAction =
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'suspend' | 'reinstate' | 'remove' | 'sessions' };

/** What an administrator may do about a member. */
export function MemberActions(props: {
  readonly member: Member;
  readonly onAct: (action: MemberAction) => void;
}) {
  const t = useTranslations('members');
  const roles = useTranslations('roles');
  const { member, onAct } = props;
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={t('manageNamed', { name: member.name })}
        >
          {t('manage')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('changeRole')}</Menu.Label>
        {memberRoles
          .filter((role) => role !== member.role)
          .map((role) => (
            <Menu.Item key={role} onClick={() => onAct({ kind: 'role', role })}>
              {roles(role)}
            </Menu.Item>
          ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconDevices size={16} aria-hidden />}
          onClick={() => onAct({ kind: 'sessions' })}
        >
          {t('sessions')}
        </Menu.Item>
        {member.suspendedAt == null ? (
          <Menu.Item
            leftSection={<IconPlayerPause size={16} aria-hidden />}
            onClick={() => onAct({ kind: 'suspend' })}
          >
            {t('suspend')}
          </Menu.Item>
        ) : (
          <Menu.Item
            leftSection={<IconPlayerPlay size={16} aria-hidden />}
            onClick={() => onAct({ kind: 'reinstate' })}
          >
            {t('reinstate')}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconUserMinus size={16} aria-hidden />}
          onClick={() => onAct({ kind: 'remove' })}
        >
          {t('remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
