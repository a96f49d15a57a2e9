import {
  type GraphQLInputType,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
} from 'graphql';

/** A call of a field with the least arguments that the schema accepts, every id being `id`. */
export function callOf(root: GraphQLObjectType | null | undefined, name: string, id: string): string {
  const field = root?.getFields()[name];
  if (!field) throw new Error(`no field ${name}`);
  const args = field.args
    .filter(
      ({ type, defaultValue }) =>
        (type instanceof GraphQLNonNull && defaultValue === undefined) || `${type}`.startsWith('ID'),
    )
    .map((arg) => `${arg.name}: ${literalOf(arg.type, id)}`);
  return `{ ${name}${args.length > 0 ? `(${args.join(', ')})` : ''} ${selectionOf(field.type)} }`;
}

function literalOf(type: GraphQLInputType, id: string): string {
  if (type instanceof GraphQLNonNull) return literalOf(type.ofType, id);
  if (type instanceof GraphQLList) return `[${literalOf(type.ofType, id)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter(
      ({ type, defaultValue }) => type instanceof GraphQLNonNull && defaultValue === undefined,
    );
    if (type.name === 'SubjectInput') return `{ profileId: "${id}" }`;
    return `{ ${required.map((field) => `${field.name}: ${literalOf(field.type, id)}`).join(', ')} }`;
  }
  switch (`${type}`) {
    case 'Int':
    case 'Float':
      return '1';
    case 'Boolean':
      return 'true';
    case 'JSONObject':
      return '{}';
    case 'DateTime':
      return '"2026-11-24T00:00:00Z"';
    default:
      return `"${id}"`;
  }
}

function selectionOf(type: GraphQLOutputType): string {
  if (type instanceof GraphQLNonNull || type instanceof GraphQLList)
    return selectionOf(type.ofType as GraphQLOutputType);
  if (!isCompositeType(type) || !('getFields' in type)) return '';
  const leaves = Object.values(type.getFields()).filter(
    (field) => field.args.length === 0 && selectionOf(field.type) === '',
  );
  return leaves.length > 0 ? `{ ${leaves.map(({ name }) => name).join(' ')} }` : '{ __typename }';
}
