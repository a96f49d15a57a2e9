import type { JsonObject } from '@kindling/domain';
import { type RuleAction, type RuleFinding, type RuleStatus, ruleStatuses } from '@kindling/recommender';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../public/item-type.js';
import { PageInfo } from '../public/recommendation-types.js';

export const RuleStatusEnum = enumOf(ruleStatuses);
registerEnumType(RuleStatusEnum, {
  name: 'RuleStatus',
  description: 'Of what was saved last; what is published may go on acting beside a draft.',
});

export const RuleActionEnum = {
  SAVE: 'save',
  SUBMIT: 'submit',
  PUBLISH: 'publish',
  REJECT: 'reject',
  ARCHIVE: 'archive',
  ROLL_BACK: 'rollBack',
} as const satisfies Record<string, RuleAction>;
registerEnumType(RuleActionEnum, { name: 'RuleAction' });

export const StatusChangeEnum = {
  SUBMIT: 'submit',
  PUBLISH: 'publish',
  REJECT: 'reject',
  ARCHIVE: 'archive',
} as const satisfies Record<string, RuleAction>;
registerEnumType(StatusChangeEnum, { name: 'RuleStatusChange' });

@ObjectType('Rule', {
  simpleResolvers: true,
  description: 'Steers the lists of placements without a developer.',
})
export class RuleObject {
  @Field(() => String)
  key!: string;
  @Field(() => String, { description: 'One of ruleKinds.' })
  kind!: string;
  @Field(() => Int)
  priority!: number;
  @Field(() => GraphQLJSONObject, { description: 'When it acts, for whom, and on which items.' })
  condition!: JsonObject;
  @Field(() => GraphQLJSONObject)
  arguments!: JsonObject;
  @Field(() => RuleStatusEnum)
  status!: RuleStatus;
  @Field(() => Int, { description: 'Counts every change; send it back as expectedRevision.' })
  revision!: number;
  @Field(() => String, { description: 'Who wrote in it last.' })
  author!: string;
  @Field(() => [String], { description: 'Everybody who wrote in it since it was published.' })
  authors!: readonly string[];
  @Field(() => String, { nullable: true, description: 'Who published or rejected it.' })
  reviewer!: string | null;
  @Field(() => Int, {
    nullable: true,
    description:
      'The revision whose content acts; null: none does. Smaller than `revision`: a draft goes on from it.',
  })
  liveRevision!: number | null;
  @Field(() => [RuleActionEnum], { description: 'What may be done with it now.' })
  allowedActions!: readonly RuleAction[];
  @Field(() => Date)
  changedAt!: Date;
}

@ObjectType('RuleRevision', { simpleResolvers: true, description: 'One change of a rule; never altered.' })
export class RuleRevisionObject {
  @Field(() => Int)
  revision!: number;
  @Field(() => RuleActionEnum)
  action!: RuleAction;
  @Field(() => RuleStatusEnum, { description: 'Afterwards.' })
  status!: RuleStatus;
  @Field(() => String)
  kind!: string;
  @Field(() => Int)
  priority!: number;
  @Field(() => GraphQLJSONObject)
  condition!: JsonObject;
  @Field(() => GraphQLJSONObject)
  arguments!: JsonObject;
  @Field(() => [String])
  authors!: readonly string[];
  @Field(() => String, { nullable: true })
  reviewer!: string | null;
  @Field(() => Boolean, {
    description: 'Whether it put this content in force: rollBackRule takes such a one.',
  })
  wentLive!: boolean;
  @Field(() => String)
  actor!: string;
  @Field(() => String, { nullable: true })
  note!: string | null;
  @Field(() => Date)
  createdAt!: Date;
}

@ObjectType('RuleHistory', { simpleResolvers: true })
export class RuleHistory {
  @Field(() => [RuleRevisionObject], { description: 'Newest first.' })
  nodes!: readonly RuleRevisionObject[];
  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType('RuleKind', {
  simpleResolvers: true,
  description: 'What a rule can do, with the form of its arguments, in the language of the request.',
})
export class RuleKindObject {
  @Field(() => String)
  kind!: string;
  @Field(() => String)
  label!: string;
  @Field(() => String)
  help!: string;
  @Field(() => GraphQLJSONObject, {
    description:
      'JSON Schema of the arguments: label, help, unit and range of each, and optionLabels of an enum.',
  })
  form!: JsonObject;
}

@InputType('RuleInput')
export class RuleInputObject {
  @Field(() => String)
  key!: string;
  @Field(() => String)
  kind!: string;
  @Field(() => Int, { defaultValue: 0 })
  priority!: number;
  @Field(() => GraphQLJSONObject, { nullable: true })
  condition?: JsonObject | null;
  @Field(() => GraphQLJSONObject)
  arguments!: JsonObject;
  @Field(() => Int, {
    defaultValue: 0,
    description:
      'The revision that you saw; 0 for a new one. CONFLICT when somebody was faster: extensions.current is their rule.',
  })
  expectedRevision!: number;
  @Field(() => String, { nullable: true, description: 'Why; it stands in the history.' })
  note?: string | null;
}

@InputType('RuleStepInput', { description: 'One rule of many that take the same step.' })
export class RuleStepInput {
  @Field(() => String)
  key!: string;
  @Field(() => Int, {
    nullable: true,
    description:
      'The revision that you saw; left out: whatever it is now. A stale row is a CONFLICT, and the others go on.',
  })
  expectedRevision?: number | null;
  @Field(() => String, { nullable: true, description: 'Why, for this rule; left out: the note of the call.' })
  note?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Why this one is published against its gate; left out: the reason of the call.',
  })
  overrideReason?: string | null;
}

@ObjectType('RuleProblem', { simpleResolvers: true })
export class RuleProblem {
  @Field(() => String)
  code!: string;
  @Field(() => String, { nullable: true })
  field!: string | null;
  @Field(() => String)
  message!: string;
}

@ObjectType('RuleChangeResult', {
  simpleResolvers: true,
  description: 'Of one rule among many: what it is now, or why nothing was done.',
})
export class RuleChangeResult {
  @Field(() => String)
  key!: string;
  @Field(() => RuleObject, { nullable: true })
  rule!: RuleObject | null;
  @Field(() => [RuleProblem])
  problems!: readonly RuleProblem[];
  @Field(() => RuleObject, {
    nullable: true,
    description: 'Of a CONFLICT: the rule as it is now, so what somebody else made of it meanwhile.',
  })
  current!: RuleObject | null;
}

export const FindingSeverityEnum = enumOf(['error', 'warning']);
registerEnumType(FindingSeverityEnum, { name: 'FindingSeverity' });

@ObjectType('RuleFinding', { simpleResolvers: true, description: 'What the linter has to say of a rule.' })
export class RuleFindingObject {
  @Field(() => String)
  code!: string;
  @Field(() => FindingSeverityEnum)
  severity!: RuleFinding['severity'];
  @Field(() => String, {
    nullable: true,
    description: 'Null: it is about the fallback chain of a placement.',
  })
  rule!: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'The key of the other rule that it takes; of a fallback chain, of the other strategy.',
  })
  other!: string | null;
  @Field(() => String, { nullable: true, description: 'Whose fallback chain it is about.' })
  placement!: string | null;
  @Field(() => String, { description: 'A sentence in the language of the request.' })
  message!: string;
}

@ObjectType('RuleChangeOfSlot', { simpleResolvers: true })
export class RuleChangeOfSlot {
  @Field(() => ID)
  itemId!: string;
  @Field(() => String)
  title!: string;
  @Field(() => Int, {
    nullable: true,
    description: 'Rank under the rules that are published; null: not in the list.',
  })
  from!: number | null;
  @Field(() => Int, { nullable: true, description: 'Rank with the draft; null: not in the list any more.' })
  to!: number | null;
  @Field(() => Float, { description: 'What the draft changes of its score.' })
  scoreChange!: number;
  @Field(() => [String], { description: 'Keys of the rules that act on it.' })
  rules!: readonly string[];
  @Field(() => String, { description: 'Why, as a sentence.' })
  reason!: string;
}

@ObjectType('PreviewItem', { simpleResolvers: true })
export class PreviewItem {
  @Field(() => ID)
  itemId!: string;
  @Field(() => String)
  title!: string;
  @Field(() => Float)
  score!: number;
}

@ObjectType('RulePreviewOfSubject', { simpleResolvers: true })
export class RulePreviewOfSubject {
  @Field(() => [PreviewItem], { description: 'What is served now.' })
  live!: readonly PreviewItem[];
  @Field(() => [PreviewItem], { description: 'What would be served.' })
  draft!: readonly PreviewItem[];
  @Field(() => [RuleChangeOfSlot])
  moves!: readonly RuleChangeOfSlot[];
  @Field(() => [RuleChangeOfSlot])
  entries!: readonly RuleChangeOfSlot[];
  @Field(() => [RuleChangeOfSlot])
  exits!: readonly RuleChangeOfSlot[];
}

@ObjectType('RulePreview', { simpleResolvers: true, description: 'A draft against what is published.' })
export class RulePreview {
  @Field(() => String)
  placement!: string;
  @Field(() => [RulePreviewOfSubject], { description: 'In the order of the subjects.' })
  subjects!: readonly RulePreviewOfSubject[];
  @Field(() => [RuleFindingObject], { description: 'What the linter says of the draft.' })
  findings!: readonly RuleFindingObject[];
}

@InputType('PublishLimitsInput')
export class PublishLimitsInput {
  @Field(() => Float, { nullable: true, description: 'Share of the lists, 0 to 1; null: no limit.' })
  mostListsChanged?: number | null;
  @Field(() => Float, {
    nullable: true,
    description: 'Share of the slots that new (COLD) items keep, 0 to 1; null: no limit.',
  })
  leastNewItemExposure?: number | null;
  @Field(() => Float, {
    nullable: true,
    description:
      "Clicks a slot: the lower end of the doubly robust estimate's 95 % interval; null: no limit.",
  })
  leastClickRate?: number | null;
}

@ObjectType('PublishLimits', {
  simpleResolvers: true,
  description: 'What the newest population diff of a rule may say, or publishing it needs a reason.',
})
export class PublishLimitsObject {
  @Field(() => Float, { nullable: true })
  mostListsChanged!: number | null;
  @Field(() => Float, { nullable: true })
  leastNewItemExposure!: number | null;
  @Field(() => Float, { nullable: true })
  leastClickRate!: number | null;
}

@InputType('MerchandisingPolicyInput')
export class MerchandisingPolicyInput {
  @Field(() => Boolean, { description: 'Nobody publishes a rule that they wrote in.' })
  reviewByAnother!: boolean;
  @Field(() => PublishLimitsInput, { nullable: true, description: 'Left out: they stay as they are.' })
  limits?: PublishLimitsInput | null;
  @Field(() => Int, {
    description: 'The version that you saw. CONFLICT, with the other change, when somebody was faster.',
  })
  expectedVersion!: number;
}

@ObjectType('MerchandisingPolicy', { simpleResolvers: true })
export class MerchandisingPolicyObject {
  @Field(() => Boolean, { description: 'Nobody publishes a rule that they wrote in.' })
  reviewByAnother!: boolean;
  @Field(() => PublishLimitsObject)
  limits!: PublishLimitsObject;
  @Field(() => Int, { description: 'Send it back as expectedVersion; 0: nobody has saved any yet.' })
  version!: number;
}
