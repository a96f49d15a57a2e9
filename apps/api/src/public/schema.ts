import type { GraphQLSchema } from 'graphql';
import { schemaOf } from '../schema-options.js';
import { ItemResolver } from './item-resolver.js';

/** The schema of /graphql: what a site or an app may ask. */
export const publicSchema = (): GraphQLSchema => schemaOf([ItemResolver]);
