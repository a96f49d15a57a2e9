'use client';
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ProblemNotice } from '@/design/problem-notice';
import { graphql } from '@/generated';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { useSession } from '@/session/session';
import styles from './rule-actions.module.css';
import { type Rule, refreshRules } from './use-rules';

const ReasonDialog = dynamic(() => import('@/design/reason-dialog').then((module) => module.ReasonDialog));

const submitMutation = graphql(`
  mutation SubmitRule($key: String!, $revision: Int) {
    submitRule(key: $key, expectedRevision: $revision) { ...RuleFields }
  }
`);
const publishMutation = graphql(`
  mutation PublishRule($key: String!, $revision: Int, $reason: String) {
    publishRule(key: $key, expectedRevision: $revision, overrideReason: $reason) { ...RuleFields }
  }
`);
const archiveMutation = graphql(`
  mutation ArchiveRule($key: String!, $revision: Int) {
    archiveRule(key: $key, expectedRevision: $revision) { ...RuleFields }
  }
`);
const rejectMutation = graphql(`
  mutation RejectRule($key: String!, $revision: Int, $reason: String!) {
    rejectRule(key: $key, expectedRevision: $revision, reason: $reason) { ...RuleFields }
  }
`);
const gateQuery = graphql(`
  query PublishGate($key: String!) {
    publishGate(ruleKey: $key) { passes problems { code message } }
  }
`);
type Step = 'SUBMIT' | 'PUBLISH' | 'ARCHIVE' | 'REJECT';

/** The next step in the life of a rule: save, hand in, publish, give back, archive. */
export function RuleActions(props: {
  readonly rule: Rule | null;
  readonly isDirty: boolean;
  readonly isSaving: boolean;
  readonly needsSecondPerson: boolean;
  readonly onSave: () => void;
  readonly onChanged: (rule: Rule) => void;
}) {
  const t = useTranslations('rules');
  const { rule, isDirty } = props;
  const queryClient = useQueryClient();
  const me = useSession().data;
  const [asking, setAsking] = useState<'REJECT' | 'PUBLISH' | null>(null);
  const change = useMutation({
    mutationFn: async ({
      step,
      reason,
    }: {
      readonly step: Step;
      readonly reason?: string;
    }): Promise<Rule> => {
      const given = { key: rule?.key ?? '', revision: rule?.revision ?? null };
      switch (step) {
        case 'SUBMIT':
          return (await request(submitMutation, given)).submitRule;
        case 'PUBLISH':
          return (await request(publishMutation, { ...given, reason: reason ?? null })).publishRule;
        case 'ARCHIVE':
          return (await request(archiveMutation, given)).archiveRule;
        case 'REJECT':
          return (await request(rejectMutation, { ...given, reason: reason ?? '' })).rejectRule;
      }
    },
    onSuccess: (changed) => {
      setAsking(null);
      props.onChanged(changed);
    },
    onSettled: () => refreshRules(queryClient, rule?.key ?? ''),
  });
  const can = (step: Step) => rule?.allowedActions.includes(step) === true && !isDirty;
  const isOwn = rule !== null && me !== undefined && rule.authors.includes(`member:${me.email}`);
  const mustAsk = props.needsSecondPerson && isOwn;
  const gate = useQuery({
    queryKey: ['publish-gate', rule?.key ?? '', rule?.revision ?? 0],
    queryFn: async ({ signal }) => (await request(gateQuery, { key: rule?.key ?? '' }, signal)).publishGate,
    enabled: can('PUBLISH'),
    staleTime: 0,
  }).data;
  const isHeldBack = gate?.passes === false;
  const busy = (step: Step) => change.isPending && change.variables.step === step;
  const failure = change.error === null ? null : asFailure(change.error);
  return (
    <div className={styles.actions}>
      <div className={styles.buttons}>
        {can('ARCHIVE') ? (
          <Button
            variant="default"
            loading={busy('ARCHIVE')}
            onClick={() => change.mutate({ step: 'ARCHIVE' })}
          >
            {t('actions.ARCHIVE')}
          </Button>
        ) : null}
        {can('REJECT') ? (
          <Button variant="default" onClick={() => setAsking('REJECT')}>
            {t('actions.REJECT')}
          </Button>
        ) : null}
        {can('SUBMIT') ? (
          <Button loading={busy('SUBMIT')} onClick={() => change.mutate({ step: 'SUBMIT' })}>
            {t('actions.SUBMIT')}
          </Button>
        ) : null}
        {can('PUBLISH') ? (
          <Button
            loading={busy('PUBLISH')}
            disabled={mustAsk}
            onClick={() => (isHeldBack ? setAsking('PUBLISH') : change.mutate({ step: 'PUBLISH' }))}
          >
            {isHeldBack ? t('publishReason') : t('actions.PUBLISH')}
          </Button>
        ) : null}
        {isDirty ? (
          <Button loading={props.isSaving} onClick={props.onSave}>
            {t('saveDraft')}
          </Button>
        ) : null}
      </div>
      {mustAsk && can('PUBLISH') ? <p className={styles.note}>{t('needsSecondPerson')}</p> : null}
      {isHeldBack && can('PUBLISH') ? (
        <p className={styles.note}>
          {t('gateNote')} {gate.problems.map(({ message }) => message).join(' ')}
        </p>
      ) : null}
      {failure === null || asking !== null ? null : <ProblemNotice failure={failure} />}
      {asking === null ? null : (
        <ReasonDialog
          opened
          title={asking === 'PUBLISH' ? t('publishReason') : t('rejectTitle')}
          text={asking === 'PUBLISH' ? t('publishReasonText') : t('rejectText')}
          action={t(`actions.${asking}`)}
          pending={change.isPending}
          failure={failure}
          onConfirm={(reason) => change.mutate({ step: asking, reason })}
          onClose={() => {
            change.reset();
            setAsking(null);
          }}
        />
      )}
    </div>
  );
}
