import { createHmac } from 'node:crypto';

/**
 * The headers by which a receiver knows that a body is ours and new, after the Standard Webhooks specification: HMAC of
 * SHA-256 over "id.timestamp.body", base64, under each secret that lives (two for a day after a rotation). `at` is the
 * time of this attempt: receivers refuse what is minutes old, so that a recorded delivery cannot be played again.
 */
export function signWebhook(
  secrets: readonly string[],
  id: string,
  at: Date,
  body: string,
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
