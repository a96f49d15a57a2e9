'use client';
import { Button } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { type ReactNode, useState } from 'react';
import { asFailure } from '@/graphql/failure';

const ConfirmDialog = dynamic(() => import('@/design/confirm-dialog').then((module) => module.ConfirmDialog));

/** Takes away what is edited, after a question that says what it means. What still uses it is named by the refusal. */
export function DeleteButton(props: {
  readonly label: string;
  readonly title: string;
  readonly text: ReactNode;
  readonly onDelete: () => Promise<unknown>;
}) {
  const [asking, setAsking] = useState(false);
  const remove = useMutation({ mutationFn: props.onDelete });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        {props.label}
      </Button>
      {asking ? (
        <ConfirmDialog
          opened
          title={props.title}
          text={props.text}
          action={props.label}
          pending={remove.isPending}
          failure={remove.error === null ? null : asFailure(remove.error)}
          onConfirm={() => remove.mutate()}
          onClose={() => {
            remove.reset();
            setAsking(false);
          }}
        />
      ) : null}
    </>
  );
}
