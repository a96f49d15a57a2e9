'use client';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { asFailure } from '@/graphql/failure';
import { ProblemNotice } from './problem-notice';
import { Waiting } from './waiting';

/**
 * One query's three faces: a skeleton of the final size (with a note when it takes long), a failure with a way on, the data. Data that is there stays
 * visible when refreshing it fails; the failure is said above it. So one failed panel never blanks a page.
 */
export function QueryView<Data>(props: {
  readonly query: UseQueryResult<Data>;
  readonly skeleton: ReactNode;
  readonly children: (data: Data) => ReactNode;
}) {
  const { query } = props;
  const problem =
    query.error === null || asFailure(query.error).isSignedOut ? null : (
      <ProblemNotice
        failure={asFailure(query.error)}
        onRetry={() => void query.refetch()}
        retrying={query.isFetching}
      />
    );
  if (query.data === undefined) return problem ?? <Waiting>{props.skeleton}</Waiting>;
  return (
    <>
      {problem}
      {props.children(query.data)}
    </>
  );
}
