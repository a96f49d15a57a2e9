import { type Scenario, scenarios } from '@kindling/domain';
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';

export const ScenarioEnum = Object.fromEntries(scenarios.map((name) => [name.toUpperCase(), name])) as Record<
  Uppercase<Scenario>,
  Scenario
>;
registerEnumType(ScenarioEnum, {
  name: 'Scenario',
  description: 'What a catalogue is for: sets its template.',
});

@ObjectType('Catalogue', { simpleResolvers: true, description: 'A tenant: nothing crosses it.' })
export class CatalogueObject {
  @Field(() => ID)
  id!: string;
  @Field(() => String)
  name!: string;
  @Field(() => ScenarioEnum)
  scenario!: Scenario;
  @Field(() => String, {
    description: 'What the encoder reads of an item: fields in braces, one line a clause.',
  })
  textTemplate!: string;
  @Field(() => String, {
    nullable: true,
    description: 'The profile attribute by which popularity is told apart.',
  })
  segmentAttribute!: string | null;
  @Field(() => ID, { nullable: true, description: 'The model whose vectors serve.' })
  activeModelId!: string | null;
  @Field(() => Int)
  version!: number;
  @Field(() => Date)
  createdAt!: Date;
}

@InputType('CatalogueInput')
export class CatalogueInput {
  @Field(() => ID, {
    nullable: true,
    description: 'Lower-case letters, digits, hyphens. Default: from the name.',
  })
  id?: string | null;
  @Field(() => String)
  name!: string;
  @Field(() => ScenarioEnum, { nullable: true, defaultValue: 'shop' })
  scenario?: Scenario | null;
  @Field(() => String, { nullable: true, description: 'Default: the one of the scenario.' })
  textTemplate?: string | null;
}

@ObjectType('CatalogueCreated', { simpleResolvers: true, description: 'The keys are shown this once.' })
export class CatalogueCreated {
  @Field(() => CatalogueObject)
  catalogue!: CatalogueObject;
  @Field(() => String)
  publicKey!: string;
  @Field(() => String)
  secretKey!: string;
}

@ObjectType('OverviewItems', { simpleResolvers: true })
export class OverviewItems {
  @Field(() => Int)
  total!: number;
  @Field(() => Int)
  active!: number;
  @Field(() => Int)
  hidden!: number;
  @Field(() => Int, { description: 'Have a vector of their newest text.' })
  encoded!: number;
  @Field(() => Int, { description: 'In the memory of the process that answers.' })
  serving!: number;
}

@ObjectType('OverviewEmbedding', { simpleResolvers: true, description: 'Of the process that answers.' })
export class OverviewEmbedding {
  @Field(() => String, { nullable: true, description: 'Null when no encoder could be opened.' })
  model!: string | null;
  @Field(() => String, { nullable: true, description: 'cpu, cuda or remote.' })
  device!: string | null;
  @Field(() => String)
  deviceNote!: string;
  @Field(() => Int, { nullable: true })
  dimensions!: number | null;
  @Field(() => String)
  indexEngine!: string;
}

@ObjectType('OverviewEvents', { simpleResolvers: true })
export class OverviewEvents {
  @Field(() => Float)
  total!: number;
  @Field(() => Float)
  simulated!: number;
  @Field(() => Float)
  last24h!: number;
}

@ObjectType('OverviewProfiles', { simpleResolvers: true })
export class OverviewProfiles {
  @Field(() => Float)
  total!: number;
  @Field(() => Float)
  simulated!: number;
}

@ObjectType('OverviewVersions', { simpleResolvers: true })
export class OverviewVersions {
  @Field(() => String)
  kindling!: string;
  @Field(() => String)
  node!: string;
  @Field(() => String)
  postgres!: string;
}

@ObjectType('OverviewModelRef', { simpleResolvers: true })
export class OverviewModelRef {
  @Field(() => ID)
  id!: string;
  @Field(() => Int)
  number!: number;
}

@ObjectType('OverviewModel', {
  simpleResolvers: true,
  description: 'How the process that answers stands to the active trained model.',
})
export class OverviewModel {
  @Field(() => OverviewModelRef, {
    nullable: true,
    description: 'Should serve; null: the catalogue has none.',
  })
  active!: OverviewModelRef | null;
  @Field(() => OverviewModelRef, { nullable: true, description: 'Does serve in this process.' })
  serving!: OverviewModelRef | null;
  @Field(() => Date, { nullable: true, description: 'Since when it serves here.' })
  servingSince!: Date | null;
  @Field(() => Boolean)
  isLoading!: boolean;
  @Field(() => String, {
    nullable: true,
    description: 'Why the active model does not serve here; null when it does, or is being loaded.',
  })
  problem!: string | null;
  @Field(() => Int, { description: 'Items that arrived after its training and have been folded in.' })
  foldedItems!: number;
}

@ObjectType('Overview', {
  simpleResolvers: true,
  description: 'How a catalogue and the process that serves it are.',
})
export class Overview {
  @Field(() => OverviewItems)
  items!: OverviewItems;
  @Field(() => OverviewEmbedding)
  embedding!: OverviewEmbedding;
  @Field(() => OverviewModel)
  model!: OverviewModel;
  @Field(() => OverviewEvents)
  events!: OverviewEvents;
  @Field(() => OverviewProfiles)
  profiles!: OverviewProfiles;
  @Field(() => Int, { description: 'Living ones.' })
  keys!: number;
  @Field(() => OverviewVersions)
  versions!: OverviewVersions;
  @Field(() => String, {
    nullable: true,
    description: 'Why this process is behind the database; null when it follows.',
  })
  behind!: string | null;
}
