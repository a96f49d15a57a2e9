'use client';
import { Kbd, Modal } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { consolePages } from './console-pages';
import styles from './keyboard-help.module.css';

export function KeyboardHelp(props: { readonly opened: boolean; readonly onClose: () => void }) {
  const t = useTranslations('shell');
  const pages = useTranslations('pages');
  const rows: readonly (readonly [readonly string[], string])[] = [
    [['⌘', 'K'], t('keyPalette')],
    [['/'], t('keySearch')],
    [['?'], t('keyHelp')],
    ...consolePages.map(({ id, key }) => [['g', key], t('keyGo', { page: pages(id) })] as const),
    [['j'], t('keyNext')],
    [['k'], t('keyPrevious')],
    [['Enter'], t('keyOpen')],
    [['Esc'], t('keyClose')],
  ];
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={t('keyboard')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <dl className={styles.list}>
        {rows.map(([keys, meaning]) => (
          <div key={meaning} className={styles.row}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
