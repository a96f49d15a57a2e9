import { parseAsArrayOf, parseAsInteger, parseAsJson, parseAsString } from 'nuqs';

/** The visitor that a preview is for, in the address of the page. */
export const visitorParsers = {
  placement: parseAsString.withDefault('home'),
  interests: parseAsArrayOf(parseAsString).withDefault([]),
  liked: parseAsArrayOf(parseAsString).withDefault([]),
  profile: parseAsString.withDefault(''),
  attributes: parseAsJson((value) => attributePairs(value)).withDefault([]),
  first: parseAsInteger.withDefault(10),
};

/** Name and value as typed; see attributeValue. */
export type AttributePair = readonly [name: string, value: string];

export interface Visitor {
  readonly placement: string;
  readonly interests: readonly string[];
  readonly liked: readonly string[];
  readonly profile: string;
  readonly attributes: readonly AttributePair[];
  readonly first: number;
}

/** The visitor as the API takes one. A stranger is a session that nothing is known of. */
export function subjectOf(visitor: Visitor) {
  const attributes = visitor.attributes.filter(([name, value]) => name.trim() !== '' && value.trim() !== '');
  const subject = {
    ...(visitor.profile.trim() === '' ? {} : { profileId: visitor.profile.trim() }),
    ...(visitor.interests.length === 0 ? {} : { interests: [...visitor.interests] }),
    ...(visitor.liked.length === 0 ? {} : { likedItemIds: [...visitor.liked] }),
    ...(attributes.length === 0
      ? {}
      : {
          attributes: Object.fromEntries(
            attributes.map(([name, value]) => [name.trim(), attributeValue(value)]),
          ),
        }),
  };
  return Object.keys(subject).length === 0 ? { sessionId: 'console-preview' } : subject;
}

export const isStranger = (visitor: Visitor) => 'sessionId' in subjectOf(visitor);

/** "42" is a number and "true" a truth, as in a catalogue file; everything else is text. */
export function attributeValue(text: string): string | number | boolean {
  const trimmed = text.trim();
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
}

function attributePairs(value: unknown): AttributePair[] | null {
  if (!Array.isArray(value)) return null;
  return value.flatMap((pair: unknown) =>
    Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'string'
      ? [[pair[0], pair[1]] as const]
      : [],
  );
}
