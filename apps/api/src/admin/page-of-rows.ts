import type { PageInfo } from '../public/recommendation-types.js';

/** A page of a list of which one row more than `size` was asked for; `cursorOf` is what the next page begins after. */
export function pageOfRows<Row>(
  rows: readonly Row[],
  size: number,
  after: string | null,
  cursorOf: (row: Row) => string,
): { readonly nodes: Row[]; readonly pageInfo: PageInfo } {
  const nodes = rows.slice(0, size);
  const [first] = nodes;
  const last = nodes.at(-1);
  return {
    nodes,
    pageInfo: {
      hasNextPage: rows.length > size,
      hasPreviousPage: after !== null,
      startCursor: first === undefined ? null : cursorOf(first),
      endCursor: last === undefined ? null : cursorOf(last),
    },
  };
}
