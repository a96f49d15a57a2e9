'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { PageHeader } from '@/design/page-header';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { useActorText } from '@/design/use-actor-text';
import { formNode } from '@/form/form-node';
import { FormScopeContext } from '@/form/form-scope';
import { asObject, initialValue, shortcomings } from '@/form/form-value';
import { SchemaForm } from '@/form/schema-form';
import { problemsOf, useShortcomingTexts } from '@/form/use-form-errors';
import { useLeaveWarning } from '@/form/use-leave-warning';
import { graphql } from '@/generated';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { useMay } from '@/session/use-may';
import { RuleActions } from './rule-actions';
import { draftOf, inputOf, isSame, type RuleDraft, ruleOfConflict } from './rule-draft';
import styles from './rule-editor.module.css';
import { RulePreview } from './rule-preview';
import { RuleStatusTag } from './rule-status-tag';
import { useRuleText } from './rule-text';
import { type Rule, refreshRules, usePickable } from './use-rules';

// A new rule has neither, and a conflict is rare.
const RuleHistory = dynamic(() => import('./rule-history').then((module) => module.RuleHistory));
const RulePopulation = dynamic(() => import('./rule-population').then((module) => module.RulePopulation));
const ConflictNotice = dynamic(() =>
  import('@/form/conflict-notice').then((module) => module.ConflictNotice),
);

const saveRuleMutation = graphql(`
  mutation SaveRule($input: RuleInput!) {
    saveRule(input: $input) { ...RuleFields }
  }
`);

/** Writes a rule with its effect beside it, and leads it from draft to published. */
export function RuleEditor(props: {
  readonly rule: Rule | null;
  readonly kind: string;
  readonly form: Record<string, unknown>;
  readonly back: ReactNode;
  readonly onCreated: (key: string) => void;
}) {
  const t = useTranslations('rules');
  const actorText = useActorText();
  const text = useRuleText();
  const shortcomingTexts = useShortcomingTexts();
  const queryClient = useQueryClient();
  const may = useMay('MERCHANDISER');
  const pickable = usePickable().data;
  const node = useMemo(() => formNode(props.form, props.kind), [props.form, props.kind]);
  // What was last seen of the stored rule: a save says that it goes on from this revision.
  const [base, setBase] = useState(props.rule);
  const [draft, setDraft] = useState<RuleDraft>(() =>
    base === null ? newDraft(props.kind, node) : draftOf(base),
  );
  // Rows that are half filled in live in their fields; another draft begins with fresh ones.
  const [edition, setEdition] = useState(0);
  const [triedToSave, setTriedToSave] = useState(false);
  const isDirty = base === null || !isSame(draft, draftOf(base));

  const adopt = (rule: Rule, next: RuleDraft = draftOf(rule)) => {
    setBase(rule);
    setDraft(next);
    setEdition((old) => old + 1);
  };
  // Somebody else's change is taken over while nothing is typed here; otherwise the save will show it.
  const { rule } = props;
  if (rule !== null && base !== null && rule.revision > base.revision && !isDirty) adopt(rule);

  const save = useMutation({
    mutationFn: async (expectedRevision: number) =>
      (await request(saveRuleMutation, { input: { ...inputOf(draft), expectedRevision } })).saveRule,
    onSuccess: (saved) => {
      setBase(saved);
      setTriedToSave(false);
      queryClient.setQueryData(['rule', saved.key], saved);
      if (base === null) props.onCreated(saved.key);
    },
    onSettled: () => refreshRules(queryClient, draft.key),
  });
  const failure = save.error === null ? null : asFailure(save.error);
  const conflict = failure?.code === 'CONFLICT' ? ruleOfConflict(failure.details.current) : null;

  const missing = shortcomings(node, draft);
  const errors = new Map([
    ...problemsOf(failure, 'input'),
    ...(triedToSave ? shortcomingTexts(missing) : []),
  ]);
  const formRef = useRef<HTMLFormElement>(null);
  useLeaveWarning(isDirty && (base !== null || draft.key !== ''));
  const submit = () => {
    setTriedToSave(true);
    if (missing.length === 0) save.mutate(base?.revision ?? 0);
    else
      requestAnimationFrame(() =>
        formRef.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus(),
      );
  };
  const change = (next: unknown) => {
    if (failure?.code === 'BAD_INPUT') save.reset();
    setDraft({ ...draft, ...asObject(next) });
  };
  const part = (name: 'condition' | 'arguments') =>
    node.kind === 'object' ? node.fields.find((field) => field.name === name)?.node : undefined;
  const [given, condition] = [part('arguments'), part('condition')];
  const scope = {
    errors,
    placements: (pickable?.placements ?? []).map(({ key, name }) => ({ value: key, label: name })),
    segments: (pickable?.segments.nodes ?? []).map(({ key, label }) => ({ value: key, label })),
  };

  return (
    <>
      <PageHeader
        above={props.back}
        title={base?.key ?? t('newOf', { kind: text.kindLabel(props.kind) })}
        text={
          <span className={styles.tags}>
            {base === null ? t('newNote') : <RuleStatusTag rule={base} />}
            {base === null ? null : t('savedBy', { author: actorText(base.author), revision: base.revision })}
          </span>
        }
        action={
          may ? (
            <RuleActions
              rule={base}
              isDirty={isDirty}
              isSaving={save.isPending}
              onSave={submit}
              onChanged={(changed) => adopt(changed)}
              needsSecondPerson={pickable?.merchandisingPolicy.reviewByAnother ?? false}
            />
          ) : null
        }
      />
      {conflict !== null ? (
        <ConflictNotice
          title={base === null ? t('keyTaken') : t('conflict')}
          theirs={inputOf(conflict.draft)}
          yours={inputOf(draft)}
          author={conflict.author}
          pending={save.isPending}
          onKeepMine={() => save.mutate(conflict.revision)}
          onTakeTheirs={
            base === null
              ? null
              : async () => {
                  save.reset();
                  await queryClient.refetchQueries({ queryKey: ['rule', conflict.draft.key] });
                  const stored = queryClient.getQueryData<Rule | null>(['rule', conflict.draft.key]);
                  if (stored) adopt(stored);
                }
          }
        />
      ) : failure !== null && errors.size === 0 ? (
        <ProblemNotice failure={failure} />
      ) : null}
      <div className={styles.columns}>
        <form
          ref={formRef}
          noValidate
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <FormScopeContext value={scope} key={edition}>
            <fieldset disabled={!may} className={styles.plain}>
              <div className={styles.panels}>
                <Panel title={text.kindLabel(props.kind)} note={may ? t('whatNote') : t('viewerNote')}>
                  <div className={styles.stack}>
                    {base !== null ? null : (
                      <SchemaForm
                        node={node}
                        value={draft}
                        path=""
                        onChange={change}
                        without={['condition', 'arguments', 'priority']}
                      />
                    )}
                    {given === undefined ? null : (
                      <SchemaForm
                        node={given}
                        value={draft.arguments}
                        path="arguments"
                        onChange={(next) => change({ arguments: next })}
                      />
                    )}
                    <SchemaForm
                      node={node}
                      value={draft}
                      path=""
                      onChange={change}
                      without={['condition', 'arguments', 'key']}
                    />
                  </div>
                </Panel>
                {condition === undefined ? null : (
                  <Panel title={t('condition')} note={t('conditionNote')}>
                    <SchemaForm
                      node={condition}
                      value={draft.condition}
                      path="condition"
                      onChange={(next) => change({ condition: next })}
                    />
                  </Panel>
                )}
              </div>
            </fieldset>
          </FormScopeContext>
          {/* so that Enter in a field saves */}
          <button type="submit" hidden disabled={!may || !isDirty} />
        </form>
        <div className={styles.beside}>
          <RulePreview
            draft={draft}
            isReady={missing.length === 0}
            missing={missing.map(({ path, node: field }) => (field.label === '' ? path : field.label))}
            placements={pickable?.placements ?? []}
          />
          {base === null ? null : <RulePopulation rule={base} isDirty={isDirty} may={may} />}
          {base === null ? null : (
            <RuleHistory rule={base} may={may} onChanged={(changed) => adopt(changed)} />
          )}
        </div>
      </div>
    </>
  );
}

/** A new rule of a kind, with the defaults of its form. */
function newDraft(kind: string, node: ReturnType<typeof formNode>): RuleDraft {
  const { key, priority, condition, arguments: given } = asObject(initialValue(node));
  return {
    kind,
    key: typeof key === 'string' ? key : '',
    priority,
    condition: condition ?? {},
    arguments: given ?? {},
  };
}
