/** GraphQL says null where a schema has its defaults: fields that are null are left out. */
export function withoutNulls<Input extends object>(
  input: Input,
): { [Name in keyof Input]?: NonNullable<Input[Name]> } {
  return Object.fromEntries(
    Object.entries(input)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name, deep(value)]),
  ) as { [Name in keyof Input]?: NonNullable<Input[Name]> };
}

function deep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deep);
  return typeof value === 'object' && value !== null && !(value instanceof Date)
    ? withoutNulls(value)
    : value;
}
