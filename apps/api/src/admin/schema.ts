import type { GraphQLSchema } from 'graphql';
import { schemaOf } from '../schema-options.js';
import { AccessResolver } from './access-resolver.js';

/** The schema of /admin/graphql. A resolver class added here is in the schema; see `Requires` in access.ts. */
export const adminSchema = (): GraphQLSchema => schemaOf([AccessResolver]);
