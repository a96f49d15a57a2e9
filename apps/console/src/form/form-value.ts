import type { FormNode } from './form-node';

export type FormObject = Readonly<Record<string, unknown>>;

export const asObject = (value: unknown): FormObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as FormObject) : {};

/** The object with that field; `undefined` takes the field out, as a form that was left empty means. */
export function withField(object: unknown, name: string, value: unknown): FormObject {
  const { [name]: _old, ...others } = asObject(object);
  if (value === undefined) return others;
  // where the field was, so that a form does not reorder what it shows
  return Object.fromEntries(
    name in asObject(object)
      ? Object.entries(asObject(object)).map(([key, old]) => [key, key === name ? value : old])
      : [...Object.entries(others), [name, value]],
  );
}

/** What a new object of that description begins with: every default that it tells. */
export function initialValue(node: FormNode): unknown {
  if (node.default !== undefined) return node.default;
  if (node.kind !== 'object') return undefined;
  return Object.fromEntries(
    node.fields.flatMap(({ name, isRequired, node: field }) => {
      const isOptionalPart = !isRequired && field.kind === 'object' && field.default === undefined;
      const value = isOptionalPart ? undefined : initialValue(field);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

export interface Shortcoming {
  /** With dots, from the root of the form. */
  readonly path: string;
  readonly problem: 'missing' | 'number' | 'whole' | 'range' | 'pattern';
  readonly node: FormNode;
}

/** What a person can be told before the server is asked: fields left empty, numbers out of their range. */
export function shortcomings(node: FormNode, value: unknown, path = ''): readonly Shortcoming[] {
  const at = (name: string | number) => (path === '' ? String(name) : `${path}.${name}`);
  const found = (problem: Shortcoming['problem']) => [{ path, problem, node }];
  switch (node.kind) {
    case 'object': {
      const object = asObject(value);
      return node.fields.flatMap(({ name, isRequired, node: field }) => {
        const inner = object[name];
        if (inner === undefined || inner === '') {
          const isMissing = isRequired && field.default === undefined && field.kind !== 'object';
          if (isMissing) return [{ path: at(name), problem: 'missing' as const, node: field }];
          if (!(isRequired && field.kind === 'object')) return [];
        }
        return shortcomings(field, inner, at(name));
      });
    }
    case 'list':
      return Array.isArray(value) ? value.flatMap((one, index) => shortcomings(node.of, one, at(index))) : [];
    case 'number': {
      if (typeof value !== 'number' || !Number.isFinite(value)) return found('number');
      if (node.isInteger && !Number.isInteger(value)) return found('whole');
      const isTooSmall =
        node.least !== null && (node.isLeastExcluded ? value <= node.least : value < node.least);
      return isTooSmall || (node.most !== null && value > node.most) ? found('range') : [];
    }
    case 'text':
      return node.pattern === null || (typeof value === 'string' && new RegExp(node.pattern, 'u').test(value))
        ? []
        : found('pattern');
    case 'texts':
    case 'choices':
      return Array.isArray(value) && value.length >= node.least ? [] : found('missing');
    default:
      return [];
  }
}
