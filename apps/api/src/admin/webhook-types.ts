import type { JsonObject } from '@kindling/domain';
import type { WebhookDelivery, WebhookDeliveryStatus, WebhookEndpoint, WebhookKind } from '@kindling/storage';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo } from '../public/recommendation-types.js';

export const WebhookKindEnum = {
  IMPORT_FINISHED: 'import.finished',
  TRAINING_FINISHED: 'training.finished',
  MODEL_ACTIVATED: 'model.activated',
  EXPERIMENT_NEEDS_DECISION: 'experiment.needs-decision',
  EXPERIMENT_BROKEN_SPLIT: 'experiment.broken-split',
  RULE_PUBLISHED: 'rule.published',
  DEAD_LETTER_CREATED: 'dead-letter.created',
} as const satisfies Record<string, WebhookKind>;
registerEnumType(WebhookKindEnum, {
  name: 'WebhookKind',
  description: 'What a webhook may hear of; in its body as `type`, such as "import.finished".',
});

export const WebhookDeliveryStatusEnum = {
  PENDING: 'PENDING',
  DELIVERED: 'DELIVERED',
  FAILED: 'FAILED',
} as const satisfies Record<string, WebhookDeliveryStatus>;
registerEnumType(WebhookDeliveryStatusEnum, { name: 'WebhookDeliveryStatus' });

@ObjectType('Webhook', {
  simpleResolvers: true,
  description: 'An endpoint that hears of changes; its deliveries are signed after Standard Webhooks.',
})
export class WebhookObject implements WebhookEndpoint {
  @Field(() => ID)
  id!: string;
  @Field(() => String)
  url!: string;
  @Field(() => String)
  description!: string;
  @Field(() => [WebhookKindEnum])
  kinds!: readonly WebhookKind[];
  @Field(() => Date, { nullable: true, description: 'Gets nothing since then; what waits for it waits.' })
  pausedAt!: Date | null;
  @Field(() => Date, { nullable: true, description: 'Until then the secret of before signs as well.' })
  previousUntil!: Date | null;
  @Field(() => String)
  createdBy!: string;
  @Field(() => Date)
  createdAt!: Date;
}

@ObjectType('WebhookDelivery', { simpleResolvers: true })
export class WebhookDeliveryObject implements Omit<WebhookDelivery, 'number' | 'endpointId'> {
  @Field(() => ID)
  id!: string;
  @Field(() => String, { description: 'The header webhook-id is "msg_" and this.' })
  messageId!: string;
  @Field(() => String, { description: 'Such as "import.finished", or "webhook.test".' })
  kind!: string;
  @Field(() => GraphQLJSONObject)
  data!: JsonObject;
  @Field(() => WebhookDeliveryStatusEnum, { description: 'FAILED: given up, and a dead letter.' })
  status!: WebhookDeliveryStatus;
  @Field(() => Int)
  attempts!: number;
  @Field(() => Date, { description: 'When it is tried next, while it is PENDING.' })
  dueAt!: Date;
  @Field(() => Date, { nullable: true })
  attemptedAt!: Date | null;
  @Field(() => Int, { nullable: true, description: 'The status of the last answer; null: there was none.' })
  responseStatus!: number | null;
  @Field(() => Int, { nullable: true, description: 'Of the last attempt.' })
  tookMs!: number | null;
  @Field(() => String, { nullable: true })
  error!: string | null;
  @Field(() => Date)
  createdAt!: Date;
}

@ObjectType('WebhookDeliveryConnection', { simpleResolvers: true })
export class WebhookDeliveryConnection {
  @Field(() => [WebhookDeliveryObject])
  nodes!: readonly WebhookDeliveryObject[];
  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType('WebhookSecret', { simpleResolvers: true })
export class WebhookSecret {
  @Field(() => WebhookObject)
  webhook!: WebhookObject;
  @Field(() => String, { description: 'whsec_…, what deliveries are signed with. Shown this once.' })
  secret!: string;
}

@InputType('WebhookInput')
export class WebhookInput {
  @Field(() => String, { description: 'https, and an address of the internet.' })
  url!: string;
  @Field(() => String, { defaultValue: '' })
  description!: string;
  @Field(() => [WebhookKindEnum])
  kinds!: WebhookKind[];
  @Field(() => Boolean, { defaultValue: false })
  paused!: boolean;
}
