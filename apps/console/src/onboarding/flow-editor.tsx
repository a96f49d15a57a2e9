'use client';
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { type ReactNode, useMemo, useState } from 'react';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { formNode } from '@/form/form-node';
import { FormScopeContext } from '@/form/form-scope';
import { asObject, type FormObject, shortcomings } from '@/form/form-value';
import { SchemaForm } from '@/form/schema-form';
import { problemsOf, useShortcomingTexts } from '@/form/use-form-errors';
import { useLeaveWarning } from '@/form/use-leave-warning';
import { graphql } from '@/generated';
import type { OnboardingFlowsQuery } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { useMay } from '@/session/use-may';
import styles from './flow-editor.module.css';
import { FlowStatistics } from './flow-statistics';
import { PhonePreview } from './phone-preview';

// a conflict is rare
const ConflictNotice = dynamic(() =>
  import('@/form/conflict-notice').then((module) => module.ConflictNotice),
);

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
  // Rows that are half filled in live in their fields; another draft begins with fresh ones.
  const [edition, setEdition] = useState(0);
  const adopt = (config: FormObject) => {
    setDraft(config);
    setEdition((old) => old + 1);
  };
  const isDirty = JSON.stringify(draft) !== JSON.stringify(base.config);
  const save = useMutation({
    mutationFn: async (expectedVersion: number) =>
      (await request(saveFlowMutation, { config: { ...draft }, expectedVersion })).saveOnboardingFlow,
    onSuccess: (saved) => {
      setBase(saved);
      setDraft(saved.config);
      setTried(false);
      return queryClient.invalidateQueries({ queryKey: ['onboarding-flows'] });
    },
  });
  const failure = save.error === null ? null : asFailure(save.error);
  const stored = failure?.code === 'CONFLICT' ? flowOfConflict(failure.details.current) : null;
  useLeaveWarning(isDirty);
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
            if (missing.length === 0) save.mutate(base.version);
          }}
        >
          <FormScopeContext key={edition} value={{ errors, placements: [], segments: [] }}>
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
          {/* beside the button that was pressed: the form may be longer than a window */}
          {stored !== null ? (
            <ConflictNotice
              title={t('conflict')}
              theirs={stored.config}
              yours={draft}
              author={null}
              pending={save.isPending}
              onKeepMine={() => save.mutate(stored.version)}
              onTakeTheirs={() => {
                save.reset();
                setBase({ ...base, ...stored });
                adopt(stored.config);
              }}
            />
          ) : failure !== null && errors.size === 0 ? (
            <ProblemNotice failure={failure} />
          ) : null}
          {may ? (
            <div className={styles.actions}>
              <span className={styles.state} aria-live="polite">
                {isDirty
                  ? t('unsaved')
                  : base.version === 0
                    ? t('default')
                    : t('saved', { version: base.version })}
              </span>
              <Button variant="default" disabled={!isDirty} onClick={() => adopt(base.config)}>
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

/** Somebody else's flow, as the API tells it when a save came too late; null when it does not look like one. */
function flowOfConflict(
  current: Readonly<Record<string, unknown>> | undefined,
): { readonly config: FormObject; readonly version: number } | null {
  const { version, ...rest } = current ?? {};
  return typeof version === 'number' ? { version, config: asObject(rest.flow) } : null;
}
