'use client';
import { useTranslations } from 'next-intl';
import { editorHref, useEdited } from '@/cold-start/use-edited';
import { ChoiceList } from '@/design/choice-list';
import { EditorHead } from '@/form/editor-head';
import { asObject, type FormObject } from '@/form/form-value';
import type { StrategyFormQuery } from '@/generated/graphql';
import styles from './strategy-choice.module.css';
import type { Strategy } from './use-strategies';

/** What a new strategy begins with. */
export interface StrategyBeginning {
  /** As it stands in the address. */
  readonly id: string;
  readonly isReadyMade: boolean;
  readonly name: string;
  readonly help: string;
  readonly config: FormObject;
}

/** The ready-made ones, and a copy of each that there is. */
export function useStrategyBeginnings(
  strategies: readonly Strategy[],
  templates: StrategyFormQuery['strategyTemplates'],
): readonly StrategyBeginning[] {
  const t = useTranslations('strategies');
  return [
    ...templates.map(({ scenario, config }) => ({
      id: `template:${scenario}`,
      isReadyMade: true,
      name: t(`scenarios.${scenario}`),
      help: t('scenarioHelp', {
        interest: daysOf(config, 'history'),
        newness: daysOf(config, 'freshness'),
      }),
      config,
    })),
    ...strategies.map(({ key, name, version, config }) => ({
      id: `strategy:${key}`,
      isReadyMade: false,
      name,
      help: t('copyHelp', { key, version }),
      config,
    })),
  ];
}

/** The first question about a new strategy: what shall it begin with? */
export function StrategyChoice({ beginnings }: { readonly beginnings: readonly StrategyBeginning[] }) {
  const t = useTranslations('strategies');
  const { begin } = useEdited();
  return (
    <>
      <EditorHead
        backHref={editorHref('strategies')}
        back={t('back')}
        title={t('new')}
        about={t('chooseBegin')}
      />
      {[true, false].map((isReadyMade) => {
        const shown = beginnings.filter((one) => one.isReadyMade === isReadyMade);
        if (shown.length === 0) return null;
        return (
          <section key={String(isReadyMade)} className={styles.group}>
            <h3 className={styles.heading}>{isReadyMade ? t('readyMade') : t('copies')}</h3>
            <ChoiceList choices={shown} onChoose={begin} />
          </section>
        );
      })}
    </>
  );
}

/** After how long what counts in that part of a strategy counts half. */
function daysOf(config: FormObject, part: 'history' | 'freshness'): number {
  const { halfLifeDays } = asObject(config[part]) as { readonly halfLifeDays?: unknown };
  return typeof halfLifeDays === 'number' ? halfLifeDays : 0;
}
