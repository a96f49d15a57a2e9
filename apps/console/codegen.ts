import type { CodegenConfig } from '@graphql-codegen/cli';

/** Types for every operation in the sources, from the schema that the API emits and commits. */
const config: CodegenConfig = {
  schema: '../api/src/admin/schema.graphql',
  documents: ['src/**/*.{ts,tsx}', '!src/generated/**'],
  ignoreNoDocuments: true,
  generates: {
    'src/generated/fragments.ts': { plugins: ['./codegen-fragments.mjs'] },
    'src/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        // Operations stay strings: no parser and no syntax trees in the browser.
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        avoidOptionals: { field: true, inputValue: false, object: false, defaultValue: false },
        scalars: {
          DateTime: 'string',
          DateTimeISO: 'string',
          JSONObject: 'Record<string, unknown>',
          JSON: 'unknown',
          BigInt: 'number',
        },
      },
    },
  },
};

export default config;
