import type { ApiKey, MemberRole } from '@kindling/storage';
import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';

export const RoleEnum = {
  VIEWER: 'viewer',
  MERCHANDISER: 'merchandiser',
  EXPERIMENTER: 'experimenter',
  ADMIN: 'admin',
} as const satisfies Record<string, MemberRole>;
registerEnumType(RoleEnum, {
  name: 'Role',
  description: 'In rising order: each may do what those before it may.',
});

export const KeyKindEnum = { PUBLIC: 'public', SECRET: 'secret' } as const;
registerEnumType(KeyKindEnum, { name: 'KeyKind' });

@ObjectType('MembershipOfMe', { simpleResolvers: true, description: 'A catalogue that I may work on.' })
export class MembershipOfMe {
  @Field(() => ID)
  catalogueId!: string;
  @Field(() => String)
  catalogueName!: string;
  @Field(() => RoleEnum)
  role!: MemberRole;
}

@ObjectType('Me', { simpleResolvers: true, description: 'Who is signed in.' })
export class Me {
  @Field(() => ID)
  id!: string;
  @Field(() => String)
  email!: string;
  @Field(() => String)
  name!: string;
  @Field(() => RoleEnum, { nullable: true, description: 'In the catalogue of this request.' })
  role!: MemberRole | null;
  @Field(() => ID, {
    nullable: true,
    description: 'The catalogue of this request: header x-kindling-catalogue, or the first.',
  })
  catalogueId!: string | null;
  @Field(() => Boolean, { description: 'False for somebody who only ever signs in by a provider.' })
  hasPassword!: boolean;
  @Field(() => [MembershipOfMe])
  memberships!: MembershipOfMe[];
}

@ObjectType('SignInOptions', { simpleResolvers: true, description: 'What the sign-in page offers.' })
export class SignInOptions {
  @Field(() => String, {
    nullable: true,
    description: 'Name of the OpenID provider behind /admin/oidc/start; null: passwords only.',
  })
  provider!: string | null;
}

@InputType('SignInInput')
export class SignInInput {
  @Field(() => String)
  email!: string;
  @Field(() => String)
  password!: string;
}

@ObjectType('ApiKey', { simpleResolvers: true })
export class ApiKeyObject implements Omit<ApiKey, 'catalogue'> {
  @Field(() => ID)
  id!: string;
  @Field(() => KeyKindEnum)
  kind!: ApiKey['kind'];
  @Field(() => String)
  name!: string;
  @Field(() => String, {
    description: 'The first characters, to recognise it by; the key itself is stored nowhere.',
  })
  prefix!: string;
  @Field(() => [String], { description: 'recommend, track, manage.' })
  scopes!: readonly string[];
  @Field(() => [String], { description: 'Origins that a public key answers to; empty: all.' })
  origins!: readonly string[];
  @Field(() => Date, { nullable: true })
  expiresAt!: Date | null;
  @Field(() => Date, { nullable: true })
  revokedAt!: Date | null;
  @Field(() => Date)
  createdAt!: Date;
}

@InputType('KeyInput')
export class KeyInput {
  @Field(() => KeyKindEnum)
  kind!: ApiKey['kind'];
  @Field(() => String)
  name!: string;
  @Field(() => [String], {
    nullable: true,
    description: 'Default: recommend and track for a public key, all for a secret one.',
  })
  scopes?: string[] | null;
  @Field(() => [String], { nullable: true })
  origins?: string[] | null;
  @Field(() => Date, { nullable: true })
  expiresAt?: Date | null;
}

@ObjectType('KeyCreated', { simpleResolvers: true })
export class KeyCreated {
  @Field(() => ApiKeyObject)
  key!: ApiKeyObject;
  @Field(() => String, { description: 'Shown this once.' })
  secret!: string;
}
