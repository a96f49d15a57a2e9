/** What the text of a field is the key of, so that a person can pick it instead of typing it. */
export type Picks = 'item' | 'placement' | 'segment' | 'timeZone';

interface Wording {
  readonly label: string;
  readonly help: string;
  readonly unit: string;
  readonly default: unknown;
}
export interface Option {
  readonly value: string;
  readonly label: string;
}
export interface FormField {
  readonly name: string;
  readonly isRequired: boolean;
  readonly node: FormNode;
}

/** A description of a field, as a form draws it. */
export type FormNode = Wording &
  (
    | { readonly kind: 'text'; readonly pattern: string | null; readonly picks: Picks | null }
    | {
        readonly kind: 'number';
        readonly isInteger: boolean;
        readonly least: number | null;
        readonly isLeastExcluded: boolean;
        readonly most: number | null;
      }
    | { readonly kind: 'choice'; readonly options: readonly Option[] }
    | { readonly kind: 'choices'; readonly options: readonly Option[]; readonly least: number }
    | { readonly kind: 'flag' }
    | {
        readonly kind: 'texts';
        readonly picks: Picks | null;
        readonly least: number;
        readonly most: number | null;
      }
    | { readonly kind: 'object'; readonly fields: readonly FormField[] }
    | { readonly kind: 'list'; readonly of: FormNode; readonly most: number | null }
    | { readonly kind: 'filter'; readonly fields: readonly string[] }
    /** What this form does not know how to draw: it is edited as JSON, so that nothing is out of reach. */
    | { readonly kind: 'json' }
  );

type Schema = Readonly<Record<string, unknown>>;

/**
 * Reads JSON Schema with label, help and unit, as the API describes its forms. `kind` chooses the branch of a union
 * whose branches name their kind.
 */
export function formNode(schema: unknown, kind?: string): FormNode {
  const root = asSchema(schema);
  const branches = [root['oneOf'], root['anyOf']].find(Array.isArray);
  const branch = branches
    ?.map(asSchema)
    .find((one) => asSchema(asSchema(one['properties'])['kind'])['const'] === kind);
  return read(branch ?? root, asSchema(root['$defs']));
}

function read(given: Schema, definitions: Schema): FormNode {
  const schema = resolve(given, definitions);
  const wording: Wording = {
    label: text(schema['label']),
    help: text(schema['help']),
    unit: text(schema['unit']),
    default: schema['default'],
  };
  const node = (one: unknown) => read(asSchema(one), definitions);
  const union = [schema['anyOf'], schema['oneOf']].find(Array.isArray);
  if (union !== undefined) {
    const fields = filterFields(union.map((one) => resolve(asSchema(one), definitions)));
    return fields === null ? { ...wording, kind: 'json' } : { ...wording, kind: 'filter', fields };
  }
  const options = optionsOf(schema);
  if (options !== null) return { ...wording, kind: 'choice', options };
  switch (schema['type']) {
    case 'string':
      return { ...wording, kind: 'text', pattern: textOrNull(schema['pattern']), picks: picksOf(schema) };
    case 'number':
    case 'integer':
      return {
        ...wording,
        kind: 'number',
        isInteger: schema['type'] === 'integer',
        least: numberOrNull(schema['minimum']) ?? numberOrNull(schema['exclusiveMinimum']),
        isLeastExcluded: typeof schema['exclusiveMinimum'] === 'number',
        most: numberOrNull(schema['maximum']),
      };
    case 'boolean':
      return { ...wording, kind: 'flag' };
    case 'object': {
      const required = Array.isArray(schema['required']) ? schema['required'] : [];
      const fields = Object.entries(asSchema(schema['properties']))
        .filter(([, one]) => !('const' in asSchema(one)))
        .map(([name, one]) => ({ name, isRequired: required.includes(name), node: node(one) }));
      return fields.length === 0 ? { ...wording, kind: 'json' } : { ...wording, kind: 'object', fields };
    }
    case 'array': {
      const of = node(schema['items']);
      const least = numberOrNull(schema['minItems']) ?? 0;
      const most = numberOrNull(schema['maxItems']);
      if (of.kind === 'choice') return { ...wording, kind: 'choices', options: of.options, least };
      if (of.kind === 'text') return { ...wording, kind: 'texts', picks: picksOf(schema), least, most };
      if (of.kind === 'object') return { ...wording, kind: 'list', of, most };
      return { ...wording, kind: 'json' };
    }
    default:
      return { ...wording, kind: 'json' };
  }
}

/** Follows references; what stands beside one (its label) counts more than what it points at. */
function resolve(schema: Schema, definitions: Schema): Schema {
  const { $ref: reference, ...beside } = schema;
  if (typeof reference !== 'string') return schema;
  const target = asSchema(definitions[reference.replace('#/$defs/', '')]);
  return { ...resolve(target, definitions), ...beside };
}

/** The names that a filter may use, or null when the union is not one of conditions joined by all, any and not. */
function filterFields(branches: readonly Schema[]): readonly string[] | null {
  const properties = branches.map((branch) => asSchema(branch['properties']));
  if (!['all', 'any', 'not'].every((name) => properties.some((one) => name in one))) return null;
  const pattern = properties.map((one) => asSchema(one['field'])['pattern']).find((one) => one !== undefined);
  return text(pattern)
    .replace(/^\^\(|\)\$$/g, '')
    .split('|')
    .map((name) => name.replaceAll('\\.', '.').replace(/(\.\+|\[.*)$/, ''))
    .filter((name) => name !== '');
}

function optionsOf(schema: Schema): readonly Option[] | null {
  const { enum: values, optionLabels: labels } = schema;
  if (!Array.isArray(values)) return null;
  return values.map((value, index) => ({
    value: String(value),
    label: (Array.isArray(labels) && text(labels[index])) || String(value),
  }));
}

const allPicks: readonly Picks[] = ['item', 'placement', 'segment', 'timeZone'];
const picksOf = (schema: Schema) => allPicks.find((one) => one === schema['picks']) ?? null;
const asSchema = (value: unknown): Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};
const text = (value: unknown) => (typeof value === 'string' ? value : '');
const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);
const numberOrNull = (value: unknown) => (typeof value === 'number' ? value : null);
