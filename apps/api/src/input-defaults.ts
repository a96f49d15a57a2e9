import {
  astFromValue,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getOperationAST,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  typeFromAST,
  valueFromASTUntyped,
} from 'graphql';

type Filler = (value: unknown) => unknown;

/**
 * Puts the defaults of an operation's variables, and of the fields of input objects in them, where nothing was sent:
 * graphql-jit demands a value of a non-null type even where the schema has a default.
 */
export class InputDefaults {
  private readonly variables: readonly { readonly name: string; readonly standard: unknown; fill: Filler }[];
  /** By input type; null while it is being looked at, and where nothing in it has a default. */
  private readonly fillers = new Map<GraphQLInputType, Filler | null>();

  constructor(schema: GraphQLSchema, document: DocumentNode, operationName: string | null | undefined) {
    const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
    this.variables = definitions.flatMap(({ variable, type, defaultValue }) => {
      const found = typeFromAST(schema, type);
      const fill = isInputType(found) ? this.fillerOf(found) : null;
      if (!fill && !defaultValue) return [];
      const standard = defaultValue && valueFromASTUntyped(defaultValue);
      return [{ name: variable.name.value, standard, fill: fill ?? ((value) => value) }];
    });
  }

  fill(variables: Record<string, unknown>): Record<string, unknown> {
    if (this.variables.length === 0) return variables;
    const filled = { ...variables };
    for (const { name, standard, fill } of this.variables) {
      const value = filled[name] === undefined ? standard : filled[name];
      if (value !== undefined) filled[name] = fill(value);
    }
    return filled;
  }

  private fillerOf(type: GraphQLInputType): Filler | null {
    if (isNonNullType(type)) return this.fillerOf(type.ofType);
    if (isListType(type)) {
      const fill = this.fillerOf(type.ofType);
      return fill && ((value) => (Array.isArray(value) ? value.map(fill) : fill(value)));
    }
    if (!isInputObjectType(type)) return null;
    const known = this.fillers.get(type);
    if (known !== undefined) return known;
    this.fillers.set(type, null);
    const fields = Object.values(type.getFields()).flatMap(({ name, type: of, defaultValue }) => {
      const fill = this.fillerOf(of);
      // As a caller would write it: an enum's default is kept as its inner value.
      const written = defaultValue === undefined ? null : astFromValue(defaultValue, of);
      const standard = written ? valueFromASTUntyped(written) : undefined;
      return fill || written ? [{ name, standard, fill }] : [];
    });
    if (fields.length === 0) return null;
    const filler: Filler = (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      const filled: Record<string, unknown> = { ...value };
      for (const { name, standard, fill } of fields) {
        const one = filled[name] === undefined ? standard : filled[name];
        if (one !== undefined) filled[name] = fill ? fill(one) : one;
      }
      return filled;
    };
    this.fillers.set(type, filler);
    return filler;
  }
}
