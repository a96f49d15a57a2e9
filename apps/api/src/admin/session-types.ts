import type { SessionSummary } from '@kindling/storage';
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { sha256 } from '../authentication.js';
import type { RequestContext } from '../context.js';

@ObjectType('Session', { simpleResolvers: true, description: 'Somewhere a member is signed in.' })
export class SessionObject {
  @Field(() => ID)
  id!: string;
  @Field(() => String, { nullable: true, description: 'The network address where it began.' })
  address!: string | null;
  @Field(() => String, { nullable: true, description: 'The browser, in its own words.' })
  userAgent!: string | null;
  @Field(() => Date)
  createdAt!: Date;
  @Field(() => Date, { description: 'Last used, to within ten minutes.' })
  seenAt!: Date;
  @Field(() => Date)
  expiresAt!: Date;
  @Field(() => Boolean, { description: 'Whether it is the one that asks.' })
  current!: boolean;
}

export function sessionObject(
  { tokenSha256, ...session }: SessionSummary,
  { request }: RequestContext,
): SessionObject {
  return {
    ...session,
    current: request.sessionToken !== null && tokenSha256 === sha256(request.sessionToken),
  };
}

@InputType('PasswordInput')
export class PasswordInput {
  @Field(() => String, { description: 'The password of now.' })
  current!: string;
  @Field(() => String, { description: 'At least 12 characters.' })
  wanted!: string;
}
