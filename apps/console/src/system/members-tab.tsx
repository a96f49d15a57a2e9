'use client';
import { Stack } from '@mantine/core';
import { useMay } from '@/session/use-may';
import { Invitations } from './invitations';
import { Members } from './members';

/** Who works here, and, for administrators, who is asked to. */
export function MembersTab() {
  const isAdmin = useMay('ADMIN');
  return (
    <Stack gap="lg">
      <Members />
      {isAdmin ? <Invitations /> : null}
    </Stack>
  );
}
