import type { JsonObject } from './json.js';

/**
 * What callers may be told. `code` is stable and for programs; `message` says what is wrong, where, and
 * what to do next. Internal detail goes into `cause`, which never leaves the process.
 */
export class KindlingError extends Error {
  override readonly name = 'KindlingError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: {
      readonly field?: string;
      readonly retryAfterMs?: number;
      /** All that is wrong with an input, where it is more than one thing; `field` names the first. */
      readonly problems?: readonly { readonly field: string; readonly message: string }[];
      /** Of a CONFLICT: what somebody else made of it meanwhile. */
      readonly current?: JsonObject;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
  }
}

export const errorCodes = [
  'BAD_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'TOO_LARGE',
  'RATE_LIMITED',
  'UNSUPPORTED',
  'UNAVAILABLE',
  'INTERNAL',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** One refused row of a batch or a file: what is wrong, where, and the fix. Lines count from 1, indexes from 0. */
export interface RowProblem {
  readonly field: string | null;
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

export function assertNever(value: never): never {
  throw new KindlingError('INTERNAL', `Unhandled case: ${JSON.stringify(value)}`);
}
