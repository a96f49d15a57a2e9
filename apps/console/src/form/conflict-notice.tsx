'use client';
import { Button } from '@mantine/core';
import { IconGitMerge } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useActorText } from '@/design/use-actor-text';
import styles from './conflict-notice.module.css';
import { differences } from './differences';

/** Somebody saved first. Shows their change beside what is typed here, and loses neither. */
export function ConflictNotice(props: {
  readonly title: string;
  readonly theirs: object;
  readonly yours: object;
  /** Null where it is not known. */
  readonly author: string | null;
  readonly pending: boolean;
  readonly onKeepMine: () => void;
  /** Null: there is nothing here that could become theirs, such as a new rule under a key that is taken. */
  readonly onTakeTheirs: (() => void) | null;
}) {
  const t = useTranslations('conflict');
  const actorText = useActorText();
  const author = props.author === null ? t('somebody') : actorText(props.author);
  const found = differences(props.theirs, props.yours);
  return (
    <section className={styles.notice} role="alert" aria-label={props.title}>
      <h2 className={styles.title}>
        <IconGitMerge size={18} aria-hidden />
        {props.title}
      </h2>
      <p className={styles.text}>{found.length === 0 ? t('same', { author }) : t('text', { author })}</p>
      {found.length === 0 ? null : (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('field')}</th>
                <th scope="col">{t('theirs')}</th>
                <th scope="col">{t('yours')}</th>
              </tr>
            </thead>
            <tbody>
              {found.map(({ path, theirs, yours }) => (
                <tr key={path}>
                  <th scope="row">{path}</th>
                  <td>{theirs ?? t('notSet')}</td>
                  <td>{yours ?? t('notSet')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className={styles.buttons}>
        {props.onTakeTheirs === null ? null : (
          <Button variant="default" onClick={props.onTakeTheirs}>
            {t('takeTheirs')}
          </Button>
        )}
        <Button onClick={props.onKeepMine} loading={props.pending}>
          {t('keepMine')}
        </Button>
      </div>
    </section>
  );
}
