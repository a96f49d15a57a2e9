import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { CliError } from './cli-error.js';

const answerSchema = z.object({
  data: z.unknown().optional(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

/** The admin API over HTTP. Every failure becomes one clear line. */
export class ApiClient {
  private readonly origin: string;

  constructor(
    url: string,
    private readonly key: string,
  ) {
    this.origin = new URL(url).origin;
  }

  async ask<Schema extends z.ZodType>(
    schema: Schema,
    query: string,
    variables: object = {},
  ): Promise<z.output<Schema>> {
    const body = await this.send('/admin/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return schema.parse(body);
  }

  /** Streams a file to the server; `onSent` hears how many bytes are on their way. */
  async upload(path: string, name: string, onSent: (bytes: number) => void): Promise<string> {
    let sent = 0;
    const content = createReadStream(path, { highWaterMark: 256 * 1024 });
    const counted = async function* () {
      for await (const piece of content as AsyncIterable<Buffer>) {
        sent += piece.length;
        onSent(sent);
        yield piece;
      }
    };
    const response = await this.fetch(`/admin/files?name=${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: ReadableStream.from(counted()),
      duplex: 'half',
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new CliError(messageOf(answer));
    return z.object({ fileId: z.string() }).parse(answer).fileId;
  }

  async download(path: string): Promise<AsyncIterable<Uint8Array>> {
    const response = await this.fetch(path, {});
    if (!response.ok || response.body === null)
      throw new CliError(`The server answers ${response.status} to ${path}.`);
    return response.body;
  }

  private async send(path: string, request: RequestInit): Promise<unknown> {
    const response = await this.fetch(path, request);
    const answer = answerSchema.safeParse(await response.json().catch(() => null));
    if (!answer.success)
      throw new CliError(`${this.origin}${path} is no Kindling API (status ${response.status}).`);
    if (answer.data.errors?.length) throw new CliError(messageOf(answer.data));
    return answer.data.data;
  }

  private async fetch(path: string, request: RequestInit & { duplex?: 'half' }): Promise<Response> {
    const headers = { ...(request.headers as Record<string, string>), authorization: `Bearer ${this.key}` };
    try {
      return await fetch(this.origin + path, { ...request, headers });
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      if (cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED') {
        throw new CliError(`No server answers at ${this.origin}: start Kindling with "npm start".`);
      }
      if (cause instanceof CliError) throw cause;
      throw new CliError(
        `The server at ${this.origin} broke off: ${cause instanceof Error ? cause.message : cause}`,
      );
    }
  }
}

function messageOf(answer: unknown): string {
  const parsed = answerSchema.safeParse(answer);
  const messages = parsed.success ? (parsed.data.errors ?? []).map((error) => error.message) : [];
  return messages.join(' ') || 'The server answered without saying what is wrong.';
}
