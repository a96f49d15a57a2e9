'use client';
import { Button } from '@mantine/core';

/** The next page of a list, where there is one. */
export function ShowMore(props: {
  readonly query: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    fetchNextPage(): unknown;
  };
  readonly label: string;
}) {
  const { query } = props;
  if (!query.hasNextPage) return null;
  return (
    <Button
      m="md"
      variant="default"
      size="xs"
      loading={query.isFetchingNextPage}
      onClick={() => void query.fetchNextPage()}
    >
      {props.label}
    </Button>
  );
}
