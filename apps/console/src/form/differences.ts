export interface Difference {
  /** With dots, such as `arguments.weight`; rows of a list count from 1. */
  readonly path: string;
  readonly theirs: string | null;
  readonly yours: string | null;
}

/** Where two drafts differ, value by value; null on the side that has none. */
export function differences(theirs: object, yours: object): readonly Difference[] {
  const [left, right] = [flat(theirs), flat(yours)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((path) => {
    const [a, b] = [left.get(path) ?? null, right.get(path) ?? null];
    return a === b ? [] : [{ path, theirs: a, yours: b }];
  });
}

function flat(value: unknown, path = ''): Map<string, string> {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== 'object') return new Map([[path, String(value)]]);
  const rows = Array.isArray(value) && value.some((one) => typeof one === 'object' && one !== null);
  // words and numbers are one value together: who reads it thinks of a list of tags, not of its third tag
  if (Array.isArray(value) && !rows) return new Map([[path, value.join(', ')]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => {
      const name = rows ? String(Number(key) + 1) : key;
      return [...flat(inner, path === '' ? name : `${path}.${name}`)];
    }),
  );
}
