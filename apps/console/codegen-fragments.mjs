import { print } from 'graphql';

/** A plugin of graphql-codegen: the text of every fragment by its name. Operations are whole with it: see src/graphql/operation.ts. */
export const plugin = (_schema, documents) => {
  const fragments = documents
    .flatMap(({ document }) => document?.definitions ?? [])
    .filter(({ kind }) => kind === 'FragmentDefinition')
    .map((fragment) => [fragment.name.value, print(fragment)]);
  const texts = JSON.stringify(Object.fromEntries(fragments), null, 2);
  return `export const fragments: Readonly<Record<string, string | undefined>> = ${texts};\n`;
};
