/**
 * Paths that stand in what was given and not in what a schema took of it. A field that nobody knows is most likely a typing
 * error, and what was meant by it would silently not happen.
 */
export function unknownFields(given: unknown, taken: unknown, path = ''): string[] {
  if (Array.isArray(given) && Array.isArray(taken)) {
    return given.flatMap((value, at) => unknownFields(value, taken[at], `${path}${at}.`));
  }
  if (!isRecord(given) || !isRecord(taken)) return [];
  return Object.entries(given).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return key in taken ? unknownFields(value, taken[key], `${path}${key}.`) : [`${path}${key}`];
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
