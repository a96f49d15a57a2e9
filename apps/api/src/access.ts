import { KindlingError } from '@kindling/domain';
import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { Extensions } from 'type-graphql';
import { RequestContext } from './context.js';
import { hasRole, type KeyScope, type Role } from './principal.js';
import { publicError } from './public-error.js';

/** Who may call an operation, and what it costs of the caller's points (default 1). */
export type Requirement = (
  | { readonly scope: KeyScope }
  | { readonly role: Role }
  /** For what is a member's own, whatever their role: a key is nobody here. */
  | { readonly signedIn: true }
  | { readonly anyone: true }
) & { readonly cost?: (args: Readonly<Record<string, unknown>>) => number };

/** Stands on every query, mutation and subscription. `guard` refuses to build a schema in which one lacks it. */
export const Requires = (requirement: Requirement) => Extensions({ requirement });

/**
 * Puts the check in front of every root field: denied unless its Requirement is met. Also the one place where
 * thrown errors become public ones, for root fields and computed fields alike.
 */
export function guard(schema: GraphQLSchema): GraphQLSchema {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const root of roots) if (root) guardRoot(root);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!('getFields' in type) || type.name.startsWith('__') || roots.some((root) => root === type)) continue;
    for (const field of Object.values(type.getFields())) {
      if ('resolve' in field && field.resolve) field.resolve = translated(field.resolve);
    }
  }
  return schema;
}

function guardRoot(root: GraphQLObjectType) {
  for (const [name, field] of Object.entries(root.getFields())) {
    const requirement = field.extensions.requirement as Requirement | undefined;
    if (!requirement) throw new Error(`${root.name}.${name} does not say who may call it: add @Requires`);
    const key = root.name === 'Subscription' ? 'subscribe' : 'resolve';
    const inner = field[key] ?? defaultFieldResolver;
    field[key] = translated(async (source, args, context: RequestContext, info) => {
      authorise(`${root.name}.${name}`, requirement, context);
      await context.services.rateLimits.spend(context.principal, requirement.cost?.(args) ?? 1);
      return inner(source, args, context, info);
    });
    if (key === 'subscribe' && field.resolve) field.resolve = translated(field.resolve);
  }
}

function authorise(operation: string, requirement: Requirement, { principal }: RequestContext) {
  if ('anyone' in requirement) return;
  if (principal.kind === 'nobody') {
    throw new KindlingError(
      'UNAUTHENTICATED',
      `${operation} needs a key (Authorization: Bearer pk_… or sk_…) or a signed-in member`,
    );
  }
  if ('scope' in requirement) {
    if (principal.kind === 'key' && principal.scopes.includes(requirement.scope)) return;
    throw new KindlingError('FORBIDDEN', `${operation} needs a key with the scope "${requirement.scope}"`);
  }
  if ('signedIn' in requirement) {
    if (principal.kind === 'member') return;
    throw new KindlingError('FORBIDDEN', `${operation} is about a member's own account: a key has none`);
  }
  if (!hasRole(principal, requirement.role)) {
    throw new KindlingError(
      'FORBIDDEN',
      `${operation} needs the role ${requirement.role}, or a secret key with the scope "manage"`,
    );
  }
}

// biome-ignore lint/suspicious/noExplicitAny: graphql-js declares the resolvers of its fields so
type Resolver = GraphQLFieldResolver<any, any>;

function translated(resolve: Resolver): Resolver {
  return (source, args, context, info) => {
    try {
      const result = resolve(source, args, context, info);
      if (!(result instanceof Promise)) return result;
      return result.catch((error: unknown) => {
        throw publicError(error, context.requestId, context.services.log);
      });
    } catch (error) {
      throw publicError(error, context.requestId, context.services.log);
    }
  };
}
