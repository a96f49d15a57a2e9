import type { CatalogueMember, MemberRole } from '@kindling/storage';
import { Field, ID, ObjectType } from 'type-graphql';
import { PageInfo } from '../public/recommendation-types.js';
import { RoleEnum } from './access-types.js';

@ObjectType('Member', { simpleResolvers: true, description: 'A person as a member of this catalogue.' })
export class MemberObject implements CatalogueMember {
  @Field(() => ID)
  id!: string;
  @Field(() => String)
  email!: string;
  @Field(() => String)
  name!: string;
  @Field(() => RoleEnum)
  role!: MemberRole;
  @Field(() => Date, { description: 'When they became one.' })
  createdAt!: Date;
  @Field(() => Date, { nullable: true, description: 'Not let in since then; the role is kept.' })
  suspendedAt!: Date | null;
}

@ObjectType('MemberConnection', { simpleResolvers: true })
export class MemberConnection {
  @Field(() => [MemberObject])
  nodes!: readonly MemberObject[];
  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
