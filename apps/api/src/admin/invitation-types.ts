import type { Invitation, MemberRole } from '@kindling/storage';
import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo } from '../public/recommendation-types.js';
import { RoleEnum } from './access-types.js';

export const invitationStates = {
  OPEN: 'OPEN',
  ACCEPTED: 'ACCEPTED',
  WITHDRAWN: 'WITHDRAWN',
  EXPIRED: 'EXPIRED',
} as const;
export type InvitationState = keyof typeof invitationStates;
registerEnumType(invitationStates, { name: 'InvitationState' });

@ObjectType('Invitation', { simpleResolvers: true })
export class InvitationObject {
  @Field(() => ID)
  id!: string;
  @Field(() => String)
  email!: string;
  @Field(() => RoleEnum)
  role!: MemberRole;
  @Field(() => invitationStates)
  state!: InvitationState;
  @Field(() => String)
  invitedBy!: string;
  @Field(() => Date)
  createdAt!: Date;
  @Field(() => Date)
  expiresAt!: Date;
}

export const invitationObject = (invitation: Invitation, now: Date): InvitationObject => ({
  ...invitation,
  state:
    invitation.acceptedAt !== null
      ? 'ACCEPTED'
      : invitation.withdrawnAt !== null
        ? 'WITHDRAWN'
        : invitation.expiresAt <= now
          ? 'EXPIRED'
          : 'OPEN',
});

@ObjectType('InvitationConnection', { simpleResolvers: true })
export class InvitationConnection {
  @Field(() => [InvitationObject])
  nodes!: readonly InvitationObject[];
  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType('InvitationCreated', { simpleResolvers: true })
export class InvitationCreated {
  @Field(() => InvitationObject)
  invitation!: InvitationObject;
  @Field(() => String, {
    description: 'Shown this once, and mailed to nobody: the console makes the link /invitation#TOKEN of it.',
  })
  token!: string;
}

@ObjectType('InvitationOffer', {
  simpleResolvers: true,
  description: 'What whoever holds the link is told before they accept.',
})
export class InvitationOffer {
  @Field(() => String)
  email!: string;
  @Field(() => RoleEnum)
  role!: MemberRole;
  @Field(() => String)
  catalogueName!: string;
  @Field(() => String)
  invitedBy!: string;
  @Field(() => Date)
  expiresAt!: Date;
  @Field(() => Boolean, { description: 'Whether this person has an account: then its password accepts.' })
  hasAccount!: boolean;
}

@InputType('InvitationInput')
export class InvitationInput {
  @Field(() => String)
  email!: string;
  @Field(() => RoleEnum)
  role!: MemberRole;
}

@InputType('InvitationAnswer')
export class InvitationAnswer {
  @Field(() => String)
  token!: string;
  @Field(() => String, { nullable: true, description: 'Of a person without an account.' })
  name?: string | null;
  @Field(() => String, {
    nullable: true,
    description:
      'A new one, or that of the account that the person has. Not asked for where they are signed in as the invited address.',
  })
  password?: string | null;
}
