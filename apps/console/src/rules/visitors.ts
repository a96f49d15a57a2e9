import { parseAsArrayOf, parseAsInteger, parseAsJson, parseAsString } from 'nuqs';
import { asObject } from '@/form/form-value';
import { subjectOf, type Visitor } from '@/preview/visitor';

/** Somebody that a draft is tried on: real by an id, or described; nothing told is a stranger. */
export interface TriedVisitor {
  readonly interests: readonly string[];
  readonly liked: readonly string[];
  readonly profile: string;
}

export const stranger: TriedVisitor = { interests: [], liked: [], profile: '' };
/** The API looks at so many at a time. */
export const mostVisitors = 10;

/** In the address, so that a link shows the same lists to whoever reviews the rule. */
export const tryOutParsers = {
  on: parseAsString.withDefault(''),
  visitors: parseAsArrayOf(parseAsJson(visitorOf)).withDefault([stranger]),
  visitor: parseAsInteger.withDefault(0),
};

export const subjectOfTried = (visitor: TriedVisitor) =>
  subjectOf({ ...visitor, placement: '', attributes: [], first: 0 } satisfies Visitor);

function visitorOf(value: unknown): TriedVisitor | null {
  const { interests, liked, profile } = asObject(value);
  if (!Array.isArray(interests) || !Array.isArray(liked) || typeof profile !== 'string') return null;
  return { interests: interests.map(String), liked: liked.map(String), profile };
}
