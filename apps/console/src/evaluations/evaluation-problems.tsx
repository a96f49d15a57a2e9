'use client';
import { useTranslations } from 'next-intl';
import { ProblemNotice } from '@/design/problem-notice';
import { Failure } from '@/graphql/failure';
import type { Evaluation } from './use-evaluations';

/** Why an evaluation failed, and which splits could judge nobody. What the others have shown stays. */
export function EvaluationProblems({ evaluation }: { readonly evaluation: Evaluation }) {
  const t = useTranslations('evaluations');
  const problems = [
    ...(evaluation.error == null ? [] : [evaluation.error]),
    ...evaluation.results.flatMap(({ split, problem }) =>
      problem == null ? [] : [t('splitFailed', { split: t(`split.${split}`), problem })],
    ),
  ];
  return problems.map((text) => (
    <ProblemNotice key={text} failure={new Failure(evaluation.errorCode ?? 'BAD_INPUT', text)} />
  ));
}
