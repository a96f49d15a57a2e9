'use client';
import { Drawer } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import styles from './item-drawer.module.css';
import { ItemForm } from './item-form';
import { LeaveDialog } from './leave-dialog';

/** An item that somebody writes by hand; many at once come in by a file. */
export function NewItemDrawer(props: {
  readonly onClose: () => void;
  readonly onCreated: (id: string) => void;
}) {
  const t = useTranslations('itemForm');
  const item = useTranslations('item');
  const [isDirty, setIsDirty] = useState(false);
  const [isLeaving, setIsLeaving] = useState(false);
  const leave = () => (isDirty ? setIsLeaving(true) : props.onClose());
  return (
    <>
      <Drawer
        opened
        onClose={leave}
        size={680}
        title={<span className={styles.heading}>{t('new')}</span>}
        closeButtonProps={{ 'aria-label': item('close') }}
      >
        <ItemForm
          stored={null}
          begin={null}
          onSaved={({ id }) => props.onCreated(id)}
          onCancel={leave}
          onDirty={setIsDirty}
        />
      </Drawer>
      {isLeaving ? <LeaveDialog onStay={() => setIsLeaving(false)} onLeave={props.onClose} /> : null}
    </>
  );
}
