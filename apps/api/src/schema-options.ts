import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';
import { buildSchemaSync, type ClassType } from 'type-graphql';
import { guard } from './access.js';

/** A schema of these resolvers, guarded. Arguments are parsed by the resolvers (zod), not by class-validator. */
export function schemaOf(resolvers: readonly ClassType<object>[]): GraphQLSchema {
  const [first, ...rest] = resolvers as readonly NonNullable<ClassType<object>>[];
  if (!first) throw new Error('a schema needs a resolver');
  return guard(
    buildSchemaSync({
      resolvers: [first, ...rest],
      validate: false,
      pubSub: noTopics,
      scalarsMap: [{ type: Date, scalar: GraphQLDateTime }],
    }),
  );
}

/** type-graphql wants one as soon as there are subscriptions; ours read the tables and have no topics. */
const noTopics = {
  publish(topic: string): void {
    throw new Error(`nothing listens to the topic ${topic}`);
  },
  subscribe(topic: string): never {
    throw new Error(`there is no topic ${topic}: a subscription brings its own stream`);
  },
};
