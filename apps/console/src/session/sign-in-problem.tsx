'use client';
import { useTranslations } from 'next-intl';
import { ProblemNotice } from '@/design/problem-notice';
import { Failure } from '@/graphql/failure';

const problems = [
  'provider-unavailable',
  'provider-refused',
  'attempt-lost',
  'address-unproven',
  'not-invited',
] as const;

/** Why the way by a provider led back here. */
export function SignInProblem({ problem }: { readonly problem: string | null }) {
  const t = useTranslations('signIn');
  const known = problems.find((name) => name === problem);
  return known === undefined ? null : <ProblemNotice failure={new Failure(known, t(`problems.${known}`))} />;
}
