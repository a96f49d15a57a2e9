import {
  type ClaimedDelivery,
  claimWebhookDelivery,
  type JobHandler,
  type Pool,
  settleWebhookDelivery,
} from '@kindling/storage';
import type { Log } from '../log.js';
import { postWebhook } from '../webhooks/post-webhook.js';
import { signWebhook } from '../webhooks/sign-webhook.js';

export interface DeliverWebhooksParts {
  readonly pool: Pool;
  readonly log: Log;
  /** Whether endpoints in private networks, and without TLS, may be called. */
  readonly allowPrivate: boolean;
  /** How long to wait after each failed attempt; after the last one the delivery is given up. */
  readonly backoffMs?: readonly number[];
  readonly now?: () => Date;
}

const minute = 60_000;
/** Eleven hours in all: a receiver may be down over night. */
export const webhookBackoffMs = [
  5_000,
  30_000,
  2 * minute,
  10 * minute,
  30 * minute,
  60 * minute,
  180 * minute,
  360 * minute,
];
/** Longer than any call may last. */
const leaseMs = 30_000;
/** An endpoint with a long queue gives way to others. */
const mostAtOnce = 50;

/**
 * Sends one endpoint what is due for it. An answer of 2xx within 15 s is a delivery; anything else is tried again, later
 * each time. At least once: a worker that dies between the answer and its note sends the message again, under the same
 * webhook-id.
 */
export function deliverWebhooks(parts: DeliverWebhooksParts): JobHandler<{ readonly endpointId: string }> {
  return async ({ endpointId }, signal) => {
    for (let sent = 0; sent < mostAtOnce && !signal.aborted; sent++) {
      const delivery = await claimWebhookDelivery(parts.pool, endpointId, leaseMs);
      if (delivery === null) return;
      await deliver(parts, delivery, signal);
    }
  };
}

async function deliver(
  { pool, log, allowPrivate, backoffMs = webhookBackoffMs, now = () => new Date() }: DeliverWebhooksParts,
  delivery: ClaimedDelivery,
  signal: AbortSignal,
): Promise<void> {
  const { url, kind, data, createdAt, secrets, attempt, catalogue } = delivery;
  const id = `msg_${delivery.messageId}`;
  const body = JSON.stringify({
    type: kind,
    timestamp: createdAt.toISOString(),
    data: { catalogue, ...data },
  });
  const begun = performance.now();
  const posted = await postWebhook(url, signWebhook(secrets, id, now(), body), body, {
    allowPrivate,
    signal,
  });
  // not its fault: the lease runs out, and another worker sends it
  if ('problem' in posted && signal.aborted) return;
  const error =
    'problem' in posted
      ? posted.problem
      : posted.status >= 200 && posted.status < 300
        ? null
        : `answered with the status ${posted.status}`;
  const outcome = {
    responseStatus: 'status' in posted ? posted.status : null,
    tookMs: performance.now() - begun,
    error,
  };
  await settleWebhookDelivery(pool, delivery, outcome, backoffMs[attempt - 1] ?? null);
  log.debug('webhook', { delivery: delivery.id, kind, attempt, ...outcome });
}
