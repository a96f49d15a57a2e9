'use client';
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type ReactNode, useMemo, useState } from 'react';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { formNode } from '@/form/form-node';
import { FormScopeContext } from '@/form/form-scope';
import { type FormObject, shortcomings } from '@/form/form-value';
import { SchemaForm } from '@/form/schema-form';
import { problemsOf, useShortcomingTexts } from '@/form/use-form-errors';
import { graphql } from '@/generated';
import type { OnboardingFlowsQuery } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { useMay } from '@/session/use-may';
import styles from './flow-editor.module.css';
import { FlowStatistics } from './flow-statistics';
import { PhonePreview } from './phone-preview';

const saveFlowMutation = graphql(`
  mutation SaveOnboardingFlow($config: JSONObject!, $expectedVersion: Int!) {
    saveOnboardingFlow(config: $config, expectedVersion: $expectedVersion) { key version config }
  }
`);

/** Writes a flow; what is typed is shown as a visitor would see it, before it is saved. */
export function FlowEditor(props: {
  readonly flow: OnboardingFlowsQuery['onboardingFlows'][number];
  readonly form: Record<string, unknown>;
  readonly choice: ReactNode;
}) {
  const t = useTranslations('onboarding');
  const may = useMay('MERCHANDISER');
  const queryClient = useQueryClient();
  const shortcomingTexts = useShortcomingTexts();
  const node = useMemo(() => formNode(props.form), [props.form]);
  const [base, setBase] = useState(props.flow);
  const [draft, setDraft] = useState<FormObject>(props.flow.config);
  const [tried, setTried] = useState(false);
  const isDirty = JSON.stringify(draft) !== JSON.stringify(base.config);
  const save = useMutation({
    mutationFn: async () =>
      (await request(saveFlowMutation, { config: { ...draft }, expectedVersion: base.version }))
        .saveOnboardingFlow,
    onSuccess: (saved) => {
      setBase(saved);
      setDraft(saved.config);
      setTried(false);
      return queryClient.invalidateQueries({ queryKey: ['onboarding-flows'] });
    },
  });
  const failure = save.error === null ? null : asFailure(save.error);
  const missing = shortcomings(node, draft);
  const errors = new Map([...problemsOf(failure, 'config'), ...(tried ? shortcomingTexts(missing) : [])]);
  return (
    <div className={styles.columns}>
      <Panel title={t('title')} note={t('note')} action={props.choice}>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            setTried(true);
            if (missing.length === 0) save.mutate();
          }}
        >
          {failure !== null && errors.size === 0 ? <ProblemNotice failure={failure} /> : null}
          <FormScopeContext value={{ errors, placements: [], segments: [] }}>
            <fieldset disabled={!may} className={styles.plain}>
              <SchemaForm
                node={node}
                value={draft}
                path=""
                without={['key']}
                onChange={(next) => {
                  if (failure?.code === 'BAD_INPUT') save.reset();
                  setDraft(next);
                }}
              />
            </fieldset>
          </FormScopeContext>
          {may ? (
            <div className={styles.actions}>
              <span className={styles.state} aria-live="polite">
                {isDirty
                  ? t('unsaved')
                  : base.version === 0
                    ? t('default')
                    : t('saved', { version: base.version })}
              </span>
              <Button variant="default" disabled={!isDirty} onClick={() => setDraft(base.config)}>
                {t('discard')}
              </Button>
              <Button type="submit" disabled={!isDirty} loading={save.isPending}>
                {t('save')}
              </Button>
            </div>
          ) : null}
        </form>
      </Panel>
      <PhonePreview flow={draft} />
      <div className={styles.wide}>
        <FlowStatistics flow={base.key} />
      </div>
    </div>
  );
}
