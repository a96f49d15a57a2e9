import type { ErrorCode } from '@kindling/domain';

/**
 * A KindlingError on its way from a thread to the index, which makes it one. Threads import nothing at run time but
 * the engine itself: the domain would bring zod along, and with it most of the time that a thread takes to start.
 */
export class ThreadError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}
