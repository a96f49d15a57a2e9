import type { IncomingMessage } from 'node:http';
import { KindlingError } from '@kindling/domain';

export const maximumBodyBytes = 1_048_576;

/** Reads a JSON body of at most 1 MB. A larger one is refused as soon as that is known, not after it was read. */
export async function readJsonBody(
  request: IncomingMessage,
  maximumBytes = maximumBodyBytes,
): Promise<unknown> {
  if (!/^application\/(json|graphql-response\+json)\b/i.test(request.headers['content-type'] ?? '')) {
    throw new KindlingError('BAD_INPUT', 'Send the header Content-Type: application/json', {
      field: 'content-type',
    });
  }
  const tooLarge = () =>
    new KindlingError(
      'TOO_LARGE',
      `The request body is larger than ${maximumBytes} bytes: send less at once`,
    );
  if (Number(request.headers['content-length'] ?? 0) > maximumBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maximumBytes) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new KindlingError('BAD_INPUT', `The request body is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}
