'use client';
import { Button } from '@mantine/core';
import { useFormatter, useNow, useTranslations } from 'next-intl';
import list from '@/design/data-list.module.css';
import { Tag } from '@/design/tag';
import { browserName } from './browser-name';

export interface ListedSession {
  readonly id: string;
  readonly address?: string | null;
  readonly userAgent?: string | null;
  readonly createdAt: string;
  readonly seenAt: string;
  readonly current: boolean;
}

/** Sessions of one person. Without `onEnd` they are only shown. */
export function SessionList(props: {
  readonly sessions: readonly ListedSession[];
  readonly ending?: string | null;
  readonly onEnd?: (id: string) => void;
}) {
  const t = useTranslations('account');
  const format = useFormatter();
  const now = useNow({ updateInterval: 60_000 });
  return (
    <ul className={list.list}>
      {props.sessions.map((session) => {
        const browser = browserName(session.userAgent ?? '') ?? t('unknownBrowser');
        return (
          <li key={session.id} className={list.row}>
            <div className={list.head}>
              <span className={list.name}>{browser}</span>
              {session.current ? <Tag tone="good">{t('current')}</Tag> : null}
            </div>
            <div className={list.action}>
              {session.current || props.onEnd === undefined ? null : (
                <Button
                  size="xs"
                  variant="default"
                  loading={props.ending === session.id}
                  onClick={() => props.onEnd?.(session.id)}
                  aria-label={t('endNamed', { browser })}
                >
                  {t('end')}
                </Button>
              )}
            </div>
            <div className={list.note}>
              {[
                ...(session.address == null ? [] : [session.address]),
                t('since', {
                  date: format.dateTime(new Date(session.createdAt), {
                    dateStyle: 'medium',
                    timeStyle: 'short',
                  }),
                }),
                t('seen', { when: format.relativeTime(new Date(session.seenAt), now) }),
              ].join(' · ')}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
