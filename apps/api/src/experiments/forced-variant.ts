import { createHmac, timingSafeEqual } from 'node:crypto';
import { KindlingError } from '@kindling/domain';
import { z } from 'zod';

/*
 * A parameter by which somebody who tests sees a chosen arm: signed, so that visitors cannot choose theirs, and bound
 * to one version of one experiment and a time. Lists under it are never counted.
 */

const bodySchema = z.object({ experiment: z.number(), variant: z.string(), expiresAt: z.number() });
export type ForcedVariant = z.output<typeof bodySchema>;

export function forcedVariantToken(forced: ForcedVariant, secret: string): string {
  const body = Buffer.from(JSON.stringify(forced)).toString('base64url');
  return `${body}.${signature(body, secret).toString('base64url')}`;
}

/** Null when it is of another experiment; an error when it is of this one and not valid. */
export function readForcedVariant(
  token: string,
  experiment: { readonly number: number; readonly secret: string },
  now: Date,
): string | null {
  const [body = '', signed = ''] = token.split('.');
  const parsed = bodySchema.safeParse(parseJson(Buffer.from(body, 'base64url').toString()));
  if (!parsed.success) throw refused('is not a token of forcedVariantToken');
  if (parsed.data.experiment !== experiment.number) return null;
  const [given, wanted] = [Buffer.from(signed, 'base64url'), signature(body, experiment.secret)];
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw refused('has a wrong signature');
  if (parsed.data.expiresAt < now.getTime()) throw refused('has expired: ask for a new one');
  return parsed.data.variant;
}

const signature = (body: string, secret: string) => createHmac('sha256', secret).update(body).digest();

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const refused = (why: string) =>
  new KindlingError('BAD_INPUT', `context.forcedVariant ${why}`, { field: 'context.forcedVariant' });
