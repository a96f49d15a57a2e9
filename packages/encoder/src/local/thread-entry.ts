import { parentPort, type TransferListItem } from 'node:worker_threads';

export interface Answer<Response> {
  readonly value: Response;
  readonly transfer?: readonly TransferListItem[];
}

/** The other end of Thread: says when it is ready, then answers each request. */
export async function serveThread<Request, Response, Ready>(
  prepare: () => Promise<{ ready: Ready; answer: (request: Request) => Promise<Answer<Response>> }>,
): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('This file is the entry of a worker thread, not a program.');
  const describe = (error: unknown) => (error instanceof Error ? error.message : String(error));
  try {
    const { ready, answer } = await prepare();
    // One after the other: a session is not run twice at once, and answers keep the order of requests.
    let last: Promise<void> = Promise.resolve();
    port.on('message', ({ id, message }: { id: number; message: Request }) => {
      last = last.then(async () => {
        try {
          const { value, transfer = [] } = await answer(message);
          port.postMessage({ id, value }, [...transfer]);
        } catch (error) {
          port.postMessage({ id, error: describe(error) });
        }
      });
    });
    port.postMessage({ id: 0, value: ready });
  } catch (error) {
    port.postMessage({ id: 0, error: describe(error) });
  }
}
