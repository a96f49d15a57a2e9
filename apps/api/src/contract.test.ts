import { readFileSync } from 'node:fs';
import {
  buildASTSchema,
  findBreakingChanges,
  type GraphQLSchema,
  isObjectType,
  type ObjectTypeDefinitionNode,
  parse,
  visit,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { adminSchema } from './admin/schema.js';
import { schemaFiles, schemaText } from './emit-schema.js';
import { publicSchema } from './public/schema.js';

describe('the emitted schemas', () => {
  it.each([
    ['public', publicSchema],
    ['admin', adminSchema],
  ] as const)(
    '%s is committed as the code builds it: run `npm run schema -w @kindling/api`',
    (name, build) => {
      expect(readFileSync(schemaFiles[name], 'utf8')).toBe(schemaText(build()));
    },
  );
});

describe('the contract', () => {
  const contract = parse(readFileSync(new URL('./contract.graphql', import.meta.url), 'utf8'));

  it.each([
    ['Public', publicSchema],
    ['Admin', adminSchema],
  ] as const)('with %s callers is kept', (side, build) => {
    const problems = breaking(contractOf(side), build());
    expect(problems).toEqual([]);
  });

  it('is broken by a lost field, a lost argument and a stricter input, so that this test can fail', () => {
    const old = buildASTSchema(parse('type Query { a(x: Int): Int b: Int } input I { x: Int }'));
    const changed = buildASTSchema(parse('type Query { a: Int } input I { x: Int! }'));
    expect(breaking(old, changed)).toHaveLength(3);
  });

  /** The part of the contract with this prefix, as a schema; types that only the other side uses are left out. */
  function contractOf(side: 'Public' | 'Admin'): GraphQLSchema {
    const other = side === 'Public' ? 'Admin' : 'Public';
    const kept = contract.definitions.filter(
      (definition) =>
        definition.kind !== 'SchemaDefinition' &&
        !('name' in definition && definition.name?.value.startsWith(other) && isRoot(definition)),
    );
    const renamed = visit(
      { ...contract, definitions: kept },
      {
        ObjectTypeDefinition: (node) =>
          isRoot(node)
            ? { ...node, name: { ...node.name, value: node.name.value.slice(side.length) } }
            : undefined,
      },
    );
    const whole = buildASTSchema(renamed);
    const used = reachable(whole);
    const pruned = {
      ...renamed,
      definitions: renamed.definitions.filter(
        (definition) => !('name' in definition) || !definition.name || used.has(definition.name.value),
      ),
    };
    return buildASTSchema(pruned);
  }
});

const isRoot = (node: object) =>
  /^(Public|Admin)(Query|Mutation|Subscription)$/.test((node as ObjectTypeDefinitionNode).name?.value ?? '');

/** Types that can be reached from the roots: printing each one names the next. */
function reachable(schema: GraphQLSchema): Set<string> {
  const found = new Set<string>();
  const queue = ['Query', 'Mutation', 'Subscription'];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const type = schema.getType(name);
    if (!type || found.has(name)) continue;
    found.add(name);
    if (!('getFields' in type)) continue;
    for (const field of Object.values(type.getFields())) {
      queue.push(bare(field.type));
      if (isObjectType(type))
        for (const arg of type.getFields()[field.name]?.args ?? []) queue.push(bare(arg.type));
    }
  }
  return found;
}
const bare = (type: unknown) => String(type).replace(/[[\]!]/g, '');

/** Changes by which `schema` would break a caller of `contract`; what only `schema` has breaks nobody. */
function breaking(contract: GraphQLSchema, schema: GraphQLSchema): string[] {
  return findBreakingChanges(contract, schema).map(({ description }) => description);
}
