'use client';
import { Button, Group, Modal, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { ProblemNotice } from '@/design/problem-notice';
import { ShownOnce } from '@/design/shown-once';
import { graphql } from '@/generated';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import type { Key } from './keys';

const rotateKeyMutation = graphql(`
  mutation RotateKey($id: ID!) {
    rotateKey(id: $id) { secret key { id } }
  }
`);

/** Asks, makes the key that takes the place of another, and shows it once. */
export function RotateKeyDialog({
  rotated,
  onClose,
}: {
  readonly rotated: Key | null;
  readonly onClose: () => void;
}) {
  const t = useTranslations('keys');
  const dialog = useTranslations('dialog');
  const queryClient = useQueryClient();
  const rotate = useMutation({
    mutationFn: (id: string) => request(rotateKeyMutation, { id }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['keys'] }),
  });
  const close = () => {
    rotate.reset();
    onClose();
  };
  const secret = rotate.data?.rotateKey.secret;
  return (
    <Modal
      opened={rotated !== null}
      onClose={close}
      title={secret === undefined ? t('rotateTitle', { name: rotated?.name ?? '' }) : t('createdTitle')}
      closeOnClickOutside={secret === undefined}
      closeButtonProps={{ 'aria-label': dialog('close') }}
    >
      {secret === undefined ? (
        <>
          {rotate.error === null ? null : <ProblemNotice failure={asFailure(rotate.error)} />}
          <Text size="sm" mb="lg">
            {t('rotateText')}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              {dialog('cancel')}
            </Button>
            <Button loading={rotate.isPending} onClick={() => rotated !== null && rotate.mutate(rotated.id)}>
              {t('rotate')}
            </Button>
          </Group>
        </>
      ) : (
        <ShownOnce text={t('rotatedText')} value={secret} onDone={close} />
      )}
    </Modal>
  );
}
