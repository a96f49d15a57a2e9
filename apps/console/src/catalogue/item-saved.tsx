'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { UndoNotice } from '@/design/undo-notice';
import { request } from '@/graphql/request';
import { draftOfItem, type ItemFields, inputOfItem } from './item-draft';
import { saveItemMutation } from './save-item';

/** Says that an item was saved, and takes the save back as long as nobody has changed the item since. */
export function ItemSaved(props: {
  readonly before: ItemFields;
  readonly revision: string;
  readonly onClose: () => void;
}) {
  const t = useTranslations('itemForm');
  const queryClient = useQueryClient();
  const undo = async () => {
    await request(saveItemMutation, {
      input: inputOfItem(draftOfItem(props.before)),
      expectedRevision: props.revision,
    });
    for (const key of ['items', 'item', 'encoding-progress'])
      await queryClient.invalidateQueries({ queryKey: [key] });
  };
  return <UndoNotice text={t('saved')} undone={t('undone')} undo={undo} onClose={props.onClose} />;
}
