'use client';
import { Button, Skeleton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ConfirmDialog } from '@/design/confirm-dialog';
import list from '@/design/data-list.module.css';
import { Empty } from '@/design/empty';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import type { KeysQuery } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { KeyRow } from './key-row';
import { NewKeyDialog } from './new-key-dialog';
import { RotateKeyDialog } from './rotate-key-dialog';

const keysQuery = graphql(`
  query Keys {
    keys { id kind name prefix scopes origins expiresAt revokedAt createdAt }
  }
`);
const revokeKeyMutation = graphql(`
  mutation RevokeKey($id: ID!) {
    revokeKey(id: $id) { id revokedAt }
  }
`);
export type Key = KeysQuery['keys'][number];

/** Keys of the programs that call the API. Several live at once, so that one is rotated without a gap. */
export function Keys() {
  const t = useTranslations('keys');
  const queryClient = useQueryClient();
  const [creating, create] = useDisclosure(false);
  const [rotated, setRotated] = useState<Key | null>(null);
  const [revoking, setRevoking] = useState<Key | null>(null);
  const query = useQuery({
    queryKey: ['keys'],
    queryFn: async ({ signal }) => (await request(keysQuery, undefined, signal)).keys,
  });
  const revoke = useMutation({
    mutationFn: (id: string) => request(revokeKeyMutation, { id }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['keys'] });
      setRevoking(null);
    },
  });
  return (
    <Panel
      title={t('title')}
      note={t('note')}
      flush
      action={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={create.open}>
          {t('new')}
        </Button>
      }
    >
      <QueryView query={query} skeleton={<Skeleton height={190} />}>
        {(keys) =>
          keys.length === 0 ? (
            <Empty icon={<IconKey size={24} />} title={t('none')} text={t('noneText')} />
          ) : (
            <ul className={list.list}>
              {keys.map((key) => (
                <KeyRow
                  key={key.id}
                  value={key}
                  onRotate={() => setRotated(key)}
                  onRevoke={() => setRevoking(key)}
                />
              ))}
            </ul>
          )
        }
      </QueryView>
      <NewKeyDialog opened={creating} onClose={create.close} />
      <RotateKeyDialog rotated={rotated} onClose={() => setRotated(null)} />
      <ConfirmDialog
        opened={revoking !== null}
        title={t('revokeTitle', { name: revoking?.name ?? '' })}
        text={t('revokeText')}
        action={t('revoke')}
        pending={revoke.isPending}
        failure={revoke.error === null ? null : asFailure(revoke.error)}
        onConfirm={() => revoking !== null && revoke.mutate(revoking.id)}
        onClose={() => {
          revoke.reset();
          setRevoking(null);
        }}
      />
    </Panel>
  );
}
