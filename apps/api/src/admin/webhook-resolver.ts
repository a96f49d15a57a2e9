import { isIP } from 'node:net';
import { KindlingError } from '@kindling/domain';
import { isPublicAddress } from '@kindling/ingest';
import {
  createWebhook,
  listWebhookDeliveries,
  listWebhooks,
  redeliverWebhook,
  removeWebhook,
  rotateWebhookSecret,
  saveWebhook,
  sendTestWebhook,
  webhookSchema,
} from '@kindling/storage';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import { pageOfRows } from './page-of-rows.js';
import { pageSize } from './page-size.js';
import {
  WebhookDeliveryConnection,
  WebhookDeliveryObject,
  WebhookInput,
  WebhookObject,
  WebhookSecret,
} from './webhook-types.js';

/** Who is told of changes of the catalogue. Workers send; here is who hears what, and how it went. */
@Resolver()
export class WebhookResolver {
  @Query(() => [WebhookObject], { description: 'At most 20, oldest first.' })
  @Requires({ role: 'admin' })
  async webhooks(@Ctx() { services, catalogue }: RequestContext): Promise<WebhookObject[]> {
    return [...(await listWebhooks(services.pool, catalogue))];
  }

  @Query(() => WebhookDeliveryConnection, { description: 'Newest first, of the last 30 days.' })
  @Requires({ role: 'admin' })
  async webhookDeliveries(
    @Arg('webhookId', () => ID) webhookId: string,
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { services, catalogue }: RequestContext,
  ): Promise<WebhookDeliveryConnection> {
    const size = pageSize(first, 100);
    const before = after == null ? null : Number(after);
    if (before !== null && !Number.isSafeInteger(before)) {
      throw new KindlingError('BAD_INPUT', 'after is not a cursor of this list', { field: 'after' });
    }
    const page = { first: size + 1, before };
    const rows = await listWebhookDeliveries(services.pool, catalogue, webhookId, page);
    return pageOfRows(rows, size, after ?? null, ({ number }) => String(number));
  }

  @Mutation(() => WebhookSecret)
  @Requires({ role: 'admin', cost: () => 5 })
  async createWebhook(
    @Arg('input', () => WebhookInput) input: WebhookInput,
    @Ctx() context: RequestContext,
  ): Promise<WebhookSecret> {
    const { services, catalogue, actor } = context;
    return createWebhook(services.pool, catalogue, parsed(input, context), actor);
  }

  @Mutation(() => WebhookObject)
  @Requires({ role: 'admin' })
  async saveWebhook(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => WebhookInput) input: WebhookInput,
    @Ctx() context: RequestContext,
  ): Promise<WebhookObject> {
    const { services, catalogue, actor } = context;
    const wanted = { ...parsed(input, context), paused: input.paused };
    return saveWebhook(services.pool, catalogue, id, wanted, actor);
  }

  @Mutation(() => WebhookSecret, {
    description: 'A new secret. For a day deliveries carry the signatures of both.',
  })
  @Requires({ role: 'admin', cost: () => 5 })
  async rotateWebhookSecret(
    @Arg('id', () => ID) id: string,
    @Ctx() { services, catalogue, actor }: RequestContext,
  ): Promise<WebhookSecret> {
    return rotateWebhookSecret(services.pool, catalogue, id, actor);
  }

  @Mutation(() => Boolean, { description: 'With its log, and what waits for it.' })
  @Requires({ role: 'admin' })
  async removeWebhook(
    @Arg('id', () => ID) id: string,
    @Ctx() { services, catalogue, actor }: RequestContext,
  ): Promise<boolean> {
    await removeWebhook(services.pool, catalogue, id, actor);
    return true;
  }

  @Mutation(() => WebhookDeliveryObject, {
    description: 'Sends "webhook.test" to this one, whatever it hears of.',
  })
  @Requires({ role: 'admin', cost: () => 20 })
  async testWebhook(
    @Arg('id', () => ID) id: string,
    @Ctx() { services, catalogue, actor }: RequestContext,
  ): Promise<WebhookDeliveryObject> {
    return sendTestWebhook(services.pool, catalogue, id, actor);
  }

  @Mutation(() => WebhookDeliveryObject, {
    description: 'Sends a message once more, under the same webhook-id.',
  })
  @Requires({ role: 'admin', cost: () => 20 })
  async redeliverWebhook(
    @Arg('id', () => ID, { description: 'Of the delivery.' }) id: string,
    @Ctx() { services, catalogue, actor }: RequestContext,
  ): Promise<WebhookDeliveryObject> {
    return redeliverWebhook(services.pool, catalogue, id, actor);
  }
}

/** What a name resolves to is looked at when something is sent: it may be another address by then. */
function parsed({ url, description, kinds }: WebhookInput, { services }: RequestContext) {
  const allowPrivate = services.webhookPrivateTargets;
  const schema = webhookSchema.extend({
    url: webhookSchema.shape.url
      .refine((text) => isTarget(text, allowPrivate), 'is not an https:// address without a user name')
      .refine(
        (text) => allowPrivate || !isTarget(text, true) || isOutside(text),
        'leads to an address that is not public',
      ),
  });
  return parseInput(schema satisfies z.ZodType, { url, description, kinds }, 'input');
}

function isTarget(text: string, allowPrivate: boolean): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  const isKnown = protocol === 'https:' || (allowPrivate && protocol === 'http:');
  return isKnown && username === '' && password === '';
}

function isOutside(text: string): boolean {
  const host = new URL(text).hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 || isPublicAddress(host);
}
