import { writeFileSync } from 'node:fs';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { adminSchema } from './admin/schema.js';
import { publicSchema } from './public/schema.js';

/** The committed form of a schema: sorted, so that a diff shows changes and nothing else. */
export const schemaText = (schema: GraphQLSchema) => `${printSchema(lexicographicSortSchema(schema))}\n`;

export const schemaFiles = {
  public: new URL('./public/schema.graphql', import.meta.url),
  admin: new URL('./admin/schema.graphql', import.meta.url),
};

/** `npm run schema -w @kindling/api` */
export function emitSchemas(): void {
  writeFileSync(schemaFiles.public, schemaText(publicSchema()));
  writeFileSync(schemaFiles.admin, schemaText(adminSchema()));
}

if (process.argv[1]?.endsWith('emit-schema.ts')) emitSchemas();
