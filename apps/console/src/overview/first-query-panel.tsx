'use client';
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { Panel } from '@/design/panel';
import styles from './first-query-panel.module.css';

const example = `query {
  recommendations(
    placement: "home"
    subject: { interests: ["space war with robots"] }
    first: 5
  ) {
    edges { node { id title } score reason }
    coldness
    served { level reason }
  }
}`;

/** The query that a frontend team sends: the shortest way from here to a list on a page. */
export function FirstQueryPanel() {
  const t = useTranslations('overview');
  return (
    <Panel
      title={t('query')}
      note={t('queryNote')}
      action={
        <CopyButton value={example}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? t('copied') : t('copy')}>
              <ActionIcon
                variant="default"
                size={32}
                aria-label={copied ? t('copied') : t('copy')}
                onClick={copy}
              >
                {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that may scroll must be reachable by keyboard */}
      <pre id="first-query" className={styles.code} tabIndex={0}>
        {example}
      </pre>
    </Panel>
  );
}
