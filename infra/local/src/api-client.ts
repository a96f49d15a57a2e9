import type { ReadStream } from 'node:fs';
import { z } from 'zod';

const answerSchema = z.object({
  data: z.unknown().optional(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

/** The installation's own GraphQL, called as anyone would call it. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  async query<Data>(schema: z.ZodType<Data>, query: string, variables: object = {}): Promise<Data> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(30_000),
    });
    if (response.status === 429 || response.status === 503) {
      const seconds = Number(response.headers.get('retry-after') ?? 1);
      await new Promise((resolve) => setTimeout(resolve, 1_000 * Math.min(30, Math.max(0.1, seconds))));
      return this.query(schema, query, variables);
    }
    const answer = answerSchema.safeParse(await response.json().catch(() => null));
    if (!answer.success) throw new Error(`${this.url} answered ${response.status} without GraphQL`);
    const [error] = answer.data.errors ?? [];
    if (error !== undefined) throw new Error(`${this.url}: ${error.message}`);
    return schema.parse(answer.data.data);
  }

  /** Sends a file as it is, and returns its id. */
  async upload(url: string, name: string, body: ReadStream): Promise<string> {
    const response = await fetch(`${url}?name=${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/octet-stream' },
      body: body as unknown as ReadableStream,
      duplex: 'half',
    });
    if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
    return z.object({ fileId: z.string() }).parse(await response.json()).fileId;
  }
}
