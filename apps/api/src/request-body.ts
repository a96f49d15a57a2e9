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
  const body = await collect(request, maximumBytes, tooLarge);
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new KindlingError('BAD_INPUT', `The request body is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** By events: an async iterator over the same stream costs several times as much. */
function collect(request: IncomingMessage, maximumBytes: number, tooLarge: () => Error): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maximumBytes) {
        request.removeAllListeners('data');
        reject(tooLarge());
      } else chunks.push(chunk);
    });
    request.on('end', () =>
      resolve((chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString('utf8')),
    );
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete)
        reject(new KindlingError('BAD_INPUT', 'The request ended before its body was complete'));
    });
  });
}
