'use client';
import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ProblemNotice } from '@/design/problem-notice';
import { graphql } from '@/generated';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { useSession } from '@/session/session';
import styles from './rule-actions.module.css';
import { type Rule, refreshRules } from './use-rules';

const submitMutation = graphql(`
  mutation SubmitRule($key: String!, $revision: Int) {
    submitRule(key: $key, expectedRevision: $revision) { ...RuleFields }
  }
`);
const publishMutation = graphql(`
  mutation PublishRule($key: String!, $revision: Int) {
    publishRule(key: $key, expectedRevision: $revision) { ...RuleFields }
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
  const [rejecting, setRejecting] = useState(false);
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
          return (await request(publishMutation, given)).publishRule;
        case 'ARCHIVE':
          return (await request(archiveMutation, given)).archiveRule;
        case 'REJECT':
          return (await request(rejectMutation, { ...given, reason: reason ?? '' })).rejectRule;
      }
    },
    onSuccess: (changed) => {
      setRejecting(false);
      props.onChanged(changed);
    },
    onSettled: () => refreshRules(queryClient, rule?.key ?? ''),
  });
  const can = (step: Step) => rule?.allowedActions.includes(step) === true && !isDirty;
  const isOwn = rule !== null && me !== undefined && rule.authors.includes(`member:${me.email}`);
  const mustAsk = props.needsSecondPerson && isOwn;
  const busy = (step: Step) => change.isPending && change.variables.step === step;
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
          <Button variant="default" onClick={() => setRejecting(true)}>
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
            onClick={() => change.mutate({ step: 'PUBLISH' })}
          >
            {t('actions.PUBLISH')}
          </Button>
        ) : null}
        {isDirty ? (
          <Button loading={props.isSaving} onClick={props.onSave}>
            {t('saveDraft')}
          </Button>
        ) : null}
      </div>
      {mustAsk && can('PUBLISH') ? <p className={styles.note}>{t('needsSecondPerson')}</p> : null}
      {change.error === null || rejecting ? null : <ProblemNotice failure={asFailure(change.error)} />}
      <RejectDialog
        opened={rejecting}
        pending={busy('REJECT')}
        error={change.error}
        onReject={(reason) => change.mutate({ step: 'REJECT', reason })}
        onClose={() => {
          change.reset();
          setRejecting(false);
        }}
      />
    </div>
  );
}

function RejectDialog(props: {
  readonly opened: boolean;
  readonly pending: boolean;
  readonly error: unknown;
  readonly onReject: (reason: string) => void;
  readonly onClose: () => void;
}) {
  const t = useTranslations('rules');
  const dialog = useTranslations('dialog');
  const [reason, setReason] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={t('rejectTitle')}
      closeButtonProps={{ 'aria-label': dialog('close') }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setIsMissing(reason.trim() === '');
          if (reason.trim() !== '') props.onReject(reason.trim());
        }}
      >
        <Stack gap="md">
          {props.error === null ? null : <ProblemNotice failure={asFailure(props.error)} />}
          <Textarea
            label={t('reason')}
            description={t('rejectNote')}
            error={isMissing ? t('reasonMissing') : null}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            autosize
            minRows={3}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {dialog('cancel')}
            </Button>
            <Button type="submit" loading={props.pending}>
              {t('actions.REJECT')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
