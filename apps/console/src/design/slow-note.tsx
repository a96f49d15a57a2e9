'use client';
import { IconHourglassHigh } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import styles from './slow-note.module.css';

/** Long enough that a quick answer never flashes a note, short enough that nobody wonders whether the page is dead. */
const patienceMs = 4_000;

/** Says that an answer is late, once it is. It lies over what waits, so that nothing moves. */
export function SlowNote({ waiting }: { readonly waiting: boolean }) {
  const t = useTranslations('problem');
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(() => setIsSlow(true), patienceMs);
    return () => {
      clearTimeout(timer);
      setIsSlow(false);
    };
  }, [waiting]);
  return (
    <div className={styles.place} role="status">
      {isSlow ? (
        <p className={styles.note}>
          <IconHourglassHigh size={15} aria-hidden />
          {t('slow')}
        </p>
      ) : null}
    </div>
  );
}
