import { KindlingError } from '@kindling/domain';

/** `first` of a list, 1 to 200. */
export function pageSize(first: number, maximum = 200): number {
  if (Number.isInteger(first) && first >= 1 && first <= maximum) return first;
  throw new KindlingError('BAD_INPUT', `first is ${first}: ask for 1 to ${maximum}`, { field: 'first' });
}
