'use client';
import { useFormatter, useTranslations } from 'next-intl';
import type { Failure } from '@/graphql/failure';
import type { Shortcoming } from './form-value';

/** Shortcomings in words, by path. */
export function useShortcomingTexts(): (found: readonly Shortcoming[]) => ReadonlyMap<string, string> {
  const t = useTranslations('forms');
  const format = useFormatter();
  return (found) =>
    new Map(
      found.map(({ path, problem, node }) => {
        if (problem !== 'range' || node.kind !== 'number') return [path, t(`problem.${problem}`)];
        const ends = { least: format.number(node.least ?? 0), most: format.number(node.most ?? 0) };
        if (node.most === null) return [path, t('problem.atLeast', ends)];
        return [path, node.isLeastExcluded ? t('problem.above', ends) : t('problem.range', ends)];
      }),
    );
}

/** What the API found wrong with a form, by path within it; `root` is the name under which the form was sent. */
export function problemsOf(failure: Failure | null, root: string): ReadonlyMap<string, string> {
  if (failure?.code !== 'BAD_INPUT') return new Map();
  const { problems, field } = failure.details;
  const all = problems ?? (field === undefined ? [] : [{ field, message: failure.message }]);
  return new Map(
    all
      .filter((problem) => problem.field.startsWith(`${root}.`))
      .map((problem) => [problem.field.slice(root.length + 1), problem.message]),
  );
}
