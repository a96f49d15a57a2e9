import { type JsonObject, KindlingError } from '@kindling/domain';
import { findBrokenAudit, listAudit } from '@kindling/storage';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Arg, Ctx, Field, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { PageInfo } from '../public/recommendation-types.js';
import { pageSizeOf } from '../public/subject-input.js';

@ObjectType('AuditEntry', { simpleResolvers: true })
export class AuditEntryObject {
  @Field(() => ID)
  id!: string;
  @Field(() => String, { description: 'key:<prefix>, member:<email>, or a process.' })
  actor!: string;
  @Field(() => String)
  action!: string;
  @Field(() => String)
  target!: string;
  @Field(() => GraphQLJSONObject)
  detail!: JsonObject;
  @Field(() => String, { description: 'Covers this entry and the hash of the one before it.' })
  hash!: string;
  @Field(() => Date)
  createdAt!: Date;
}

@ObjectType('AuditConnection', { simpleResolvers: true })
export class AuditConnection {
  @Field(() => [AuditEntryObject])
  nodes!: readonly AuditEntryObject[];
  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@Resolver()
export class AuditResolver {
  @Query(() => AuditConnection, { description: 'Who changed what, newest first.' })
  @Requires({ role: 'admin' })
  async auditLog(
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<AuditConnection> {
    const size = pageSizeOf(first);
    const before = after === null || after === undefined ? null : Number(after);
    if (before !== null && !Number.isSafeInteger(before)) {
      throw new KindlingError('BAD_INPUT', 'after is not a cursor of this list', { field: 'after' });
    }
    const entries = await listAudit(context.services.pool, context.catalogue, size + 1, before);
    const nodes = entries.slice(0, size).map((entry) => ({ ...entry, id: String(entry.id) }));
    return {
      nodes,
      pageInfo: {
        hasNextPage: entries.length > size,
        hasPreviousPage: before !== null,
        startCursor: nodes[0]?.id ?? null,
        endCursor: nodes.at(-1)?.id ?? null,
      },
    };
  }

  @Query(() => ID, {
    nullable: true,
    description: 'The first entry that was altered, or follows a removed one; null: the chain holds.',
  })
  @Requires({ role: 'admin', cost: () => 20 })
  async brokenAuditEntry(@Ctx() context: RequestContext): Promise<string | null> {
    const broken = await findBrokenAudit(context.services.pool, context.catalogue);
    return broken === null ? null : String(broken);
  }
}
