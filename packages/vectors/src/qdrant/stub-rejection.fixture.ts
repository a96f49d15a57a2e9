/** A refused request, with its HTTP status. */
class Rejection extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
export const isRejection = (cause: unknown): cause is Rejection => cause instanceof Rejection;
export function reject(status: number, message: string): never {
  throw new Rejection(status, message);
}
