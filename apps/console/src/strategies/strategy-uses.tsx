'use client';
import { Anchor } from '@mantine/core';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { editorHref } from '@/cold-start/use-edited';
import list from '@/design/data-list.module.css';
import { Panel } from '@/design/panel';
import { Tag } from '@/design/tag';
import type { StrategyUse } from './use-strategies';

/** What a change of the strategy would reach. */
export function StrategyUses(props: { readonly uses: readonly StrategyUse[]; readonly isNew: boolean }) {
  const t = useTranslations('strategies');
  return (
    <Panel title={t('usedBy')} flush>
      {props.uses.length === 0 ? (
        <p className={list.empty}>{props.isNew ? t('notYetUsed') : t('unusedHelp')}</p>
      ) : (
        <ul className={list.list}>
          {props.uses.map(({ kind, key, name }) => (
            <li key={`${kind} ${key}`} className={list.row}>
              <div className={list.head}>
                <Anchor
                  component={Link}
                  size="sm"
                  href={
                    kind === 'EXPERIMENT'
                      ? `/experiments/${encodeURIComponent(key)}`
                      : editorHref('placements', key)
                  }
                >
                  {name}
                </Anchor>
              </div>
              <Tag tone={kind === 'PLACEMENT' ? 'accent' : 'plain'}>{t(`useKinds.${kind}`)}</Tag>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
