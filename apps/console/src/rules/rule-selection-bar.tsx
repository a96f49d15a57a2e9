'use client';
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import styles from './rule-list.module.css';
import { type Rule, refreshRules } from './use-rules';

const changeRulesMutation = graphql(`
  mutation ChangeRules($changes: [RuleStepInput!]!, $action: RuleStatusChange!) {
    changeRules(changes: $changes, action: $action) { key problems { message } }
  }
`);
/** As it was seen here: what somebody else made of it meanwhile takes no step by accident. */
const stepOf = ({ key, revision }: Rule) => ({ key, expectedRevision: revision });
const actions = ['SUBMIT', 'PUBLISH', 'ARCHIVE'] as const;

/** The same step for all that are selected. A rule that cannot take it says why; the others go on. */
export function RuleSelectionBar(props: { readonly rules: readonly Rule[]; readonly onClear: () => void }) {
  const t = useTranslations('rules');
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: async (action: (typeof actions)[number]) =>
      (await request(changeRulesMutation, { changes: props.rules.map(stepOf), action })).changeRules,
    onSuccess: (results) => {
      if (results.every(({ problems }) => problems.length === 0)) props.onClear();
    },
    onSettled: () => refreshRules(queryClient),
  });
  const problems = (change.data ?? []).flatMap(({ key, problems: found }) =>
    found.map(({ message }) => `${key}: ${message}`),
  );
  if (props.rules.length === 0) return null;
  return (
    <section className={styles.selection} aria-label={t('selection')}>
      <strong>{t('selected', { count: props.rules.length })}</strong>
      {actions.map((action) => (
        <Button
          key={action}
          size="xs"
          variant="default"
          loading={change.isPending && change.variables === action}
          disabled={!props.rules.some(({ allowedActions }) => allowedActions.includes(action))}
          onClick={() => change.mutate(action)}
        >
          {t(`actions.${action}`)}
        </Button>
      ))}
      <Button size="xs" variant="subtle" onClick={props.onClear}>
        {t('clearSelection')}
      </Button>
      {problems.length + (change.error === null ? 0 : 1) === 0 ? null : (
        <p role="alert" style={{ flexBasis: '100%', margin: 0 }}>
          {change.error === null ? problems.join(' ') : change.error.message}
        </p>
      )}
    </section>
  );
}
