'use client';
import { Button, Checkbox } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { graphql } from '@/generated';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import styles from './rule-list.module.css';
import { type Rule, refreshRules } from './use-rules';

const ReasonDialog = dynamic(() => import('@/design/reason-dialog').then((module) => module.ReasonDialog));

const changeRulesMutation = graphql(`
  mutation ChangeRules($changes: [RuleStepInput!]!, $action: RuleStatusChange!, $note: String, $override: String) {
    changeRules(changes: $changes, action: $action, note: $note, overrideReason: $override) {
      key problems { message }
    }
  }
`);
/** As it was seen here: what somebody else made of it meanwhile takes no step by accident. */
const stepOf = ({ key, revision }: Rule) => ({ key, expectedRevision: revision });
const actions = ['SUBMIT', 'PUBLISH', 'ARCHIVE'] as const;
type Action = (typeof actions)[number];

/** The same step for all that are selected. A rule that cannot take it says why; the others go on. */
export function RuleSelectionBar(props: { readonly rules: readonly Rule[]; readonly onClear: () => void }) {
  const t = useTranslations('rules');
  const queryClient = useQueryClient();
  const [asked, ask] = useState<Action | null>(null);
  const [overrides, setOverrides] = useState(false);
  const close = () => {
    ask(null);
    setOverrides(false);
  };
  const change = useMutation({
    mutationFn: async (wanted: { readonly action: Action; readonly reason: string }) => {
      const { action } = wanted;
      const note = wanted.reason === '' ? null : wanted.reason;
      const override = action === 'PUBLISH' && overrides ? note : null;
      const changes = props.rules.map(stepOf);
      return (await request(changeRulesMutation, { changes, action, note, override })).changeRules;
    },
    onSuccess: (results) => {
      close();
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
          disabled={!props.rules.some(({ allowedActions }) => allowedActions.includes(action))}
          onClick={() => ask(action)}
        >
          {t(`actions.${action}`)}
        </Button>
      ))}
      <Button size="xs" variant="subtle" onClick={props.onClear}>
        {t('clearSelection')}
      </Button>
      {problems.length === 0 ? null : (
        <p role="alert" style={{ flexBasis: '100%', margin: 0 }}>
          {problems.join(' ')}
        </p>
      )}
      {asked === null ? null : (
        <ReasonDialog
          opened
          title={t('bulkTitle', { action: t(`actions.${asked}`), count: props.rules.length })}
          text={t(`bulkText.${asked}`)}
          action={t(`actions.${asked}`)}
          required={overrides}
          pending={change.isPending}
          failure={change.error === null ? null : asFailure(change.error)}
          onConfirm={(reason) => change.mutate({ action: asked, reason })}
          onClose={() => {
            change.reset();
            close();
          }}
        >
          {asked === 'PUBLISH' ? (
            <Checkbox
              label={t('bulkOverride')}
              description={t('bulkOverrideNote')}
              checked={overrides}
              onChange={(event) => setOverrides(event.currentTarget.checked)}
            />
          ) : null}
        </ReasonDialog>
      )}
    </section>
  );
}
