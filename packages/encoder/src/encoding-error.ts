import { KindlingError } from '@kindling/domain';

/** One text could not become a vector. `index` is its place in the texts given to `encode`. */
export class EncodingError extends KindlingError {
  constructor(
    readonly index: number,
    message: string,
    cause?: unknown,
  ) {
    super('INTERNAL', message, { cause });
  }
}
