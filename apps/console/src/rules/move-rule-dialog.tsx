'use client';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { ProblemNotice } from '@/design/problem-notice';
import { graphql } from '@/generated';
import { asFailure, Failure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { moveTo } from './precedence';
import { type Rule, refreshRules } from './use-rules';

const saveRulesMutation = graphql(`
  mutation SaveRules($inputs: [RuleInput!]!) {
    saveRules(inputs: $inputs) { key problems { code field message } }
  }
`);

/** Puts a rule at a position. Says beforehand which priorities that changes, and that they are saved as drafts. */
export function MoveRuleDialog(props: {
  /** In order of precedence, without archived ones. */
  readonly rules: readonly Rule[];
  readonly ruleKey: string;
  readonly position: number;
  readonly onClose: () => void;
}) {
  const t = useTranslations('rules');
  const dialog = useTranslations('dialog');
  const format = useFormatter();
  const queryClient = useQueryClient();
  const [typed, setTyped] = useState(String(props.position));
  const position = Number(typed);
  const isPosition = Number.isInteger(position) && position >= 1 && position <= props.rules.length;
  const changes = isPosition ? moveTo(props.rules, props.ruleKey, position) : [];
  const priorityOf = (key: string) => props.rules.find((rule) => rule.key === key)?.priority ?? 0;
  const save = useMutation({
    mutationFn: async () => {
      const inputs = changes.flatMap(({ key, priority }) => {
        const rule = props.rules.find((one) => one.key === key);
        if (rule === undefined) return [];
        const { kind, condition, arguments: given, revision: expectedRevision } = rule;
        return [{ key, kind, condition, arguments: given, priority, expectedRevision }];
      });
      const results = (await request(saveRulesMutation, { inputs })).saveRules;
      const problem = results.flatMap(({ key, problems }) =>
        problems.map(({ code, message }) => new Failure(code, `${key}: ${message}`)),
      )[0];
      if (problem !== undefined) throw problem;
    },
    onSettled: () => refreshRules(queryClient),
    onSuccess: props.onClose,
  });
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t('moveTitle', { key: props.ruleKey })}
      closeButtonProps={{ 'aria-label': dialog('close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (changes.length > 0) save.mutate();
        }}
      >
        <Stack gap="md">
          {save.error === null ? null : <ProblemNotice failure={asFailure(save.error)} />}
          <TextInput
            type="number"
            label={t('moveTo')}
            description={t('moveToNote', { count: props.rules.length })}
            min={1}
            max={props.rules.length}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            error={isPosition ? null : t('moveOutside', { count: props.rules.length })}
            data-autofocus
          />
          {changes.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('moveNothing')}
            </Text>
          ) : (
            <div>
              <Text size="sm">{t('moveChanges')}</Text>
              <ul>
                {changes.map(({ key, priority }) => (
                  <li key={key}>
                    <Text size="sm" component="span">
                      {t('moveChange', {
                        key,
                        from: format.number(priorityOf(key)),
                        to: format.number(priority),
                      })}
                    </Text>
                  </li>
                ))}
              </ul>
              <Text size="sm" c="dimmed">
                {t('moveDrafts')}
              </Text>
            </div>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {dialog('cancel')}
            </Button>
            <Button type="submit" disabled={changes.length === 0} loading={save.isPending}>
              {t('saveOrder')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
