'use client';
import { Button, Group, Modal, Stack, TagsInput, TextInput } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { LikedItems } from '@/preview/liked-items';
import { stranger, type TriedVisitor } from './visitors';

/** Describes one more visitor to try a draft on, or names a real one. */
export function NewVisitorDialog(props: {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onAdd: (visitor: TriedVisitor) => void;
}) {
  const t = useTranslations('preview');
  const rules = useTranslations('rules');
  const dialog = useTranslations('dialog');
  const [visitor, setVisitor] = useState<TriedVisitor>(stranger);
  const change = (part: Partial<TriedVisitor>) => setVisitor((old) => ({ ...old, ...part }));
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={rules('addVisitor')}
      closeButtonProps={{ 'aria-label': dialog('close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          props.onAdd(visitor);
          setVisitor(stranger);
        }}
      >
        <Stack gap="md">
          <TagsInput
            label={t('interests')}
            description={t('interestsNote')}
            placeholder={visitor.interests.length === 0 ? t('interestsPlaceholder') : ''}
            value={[...visitor.interests]}
            onChange={(interests) => change({ interests })}
            splitChars={['\n', ';']}
            acceptValueOnBlur
            data-autofocus
          />
          <LikedItems ids={visitor.liked} onChange={(liked) => change({ liked })} />
          <TextInput
            label={t('profile')}
            description={t('profileNote')}
            value={visitor.profile}
            onChange={(event) => change({ profile: event.currentTarget.value })}
            autoComplete="off"
            spellCheck={false}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {dialog('cancel')}
            </Button>
            <Button type="submit">{rules('addVisitor')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
