'use client';
import { Button } from '@mantine/core';
import { IconGitMerge } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import styles from './conflict-notice.module.css';
import { differences, type RuleDraft } from './rule-draft';

/** Somebody saved first. Shows their change beside what is typed here, and loses neither. */
export function ConflictNotice(props: {
  readonly theirs: RuleDraft;
  readonly yours: RuleDraft;
  readonly author: string;
  readonly isNew: boolean;
  readonly pending: boolean;
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
}) {
  const t = useTranslations('rules');
  const found = differences(props.theirs, props.yours);
  return (
    <section className={styles.notice} role="alert" aria-label={t('conflict')}>
      <h2 className={styles.title}>
        <IconGitMerge size={18} aria-hidden />
        {props.isNew ? t('keyTaken') : t('conflict')}
      </h2>
      <p className={styles.text}>
        {found.length === 0
          ? t('conflictSame', { author: props.author })
          : t('conflictText', { author: props.author })}
      </p>
      {found.length === 0 ? null : (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('conflictField')}</th>
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
        {props.isNew ? null : (
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
