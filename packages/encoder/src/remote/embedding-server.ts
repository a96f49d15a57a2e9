import { createHash } from 'node:crypto';
import { KindlingError } from '@kindling/domain';
import { z } from 'zod';
import { type JsonClient, openJsonClient } from './json-client.js';

export interface RemoteOptions {
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** Name sent to an OpenAI-compatible server; required there unless it lists exactly one model. */
  readonly model?: string | undefined;
  /** Default: asked with GET /info, which only a TEI server answers. */
  readonly dialect?: 'openai' | 'tei' | undefined;
  /** Of one try. */
  readonly timeoutMs: number;
  readonly retries: number;
  readonly maximumBatch: number;
  readonly queryPrefix?: string | undefined;
  readonly passagePrefix?: string | undefined;
}

/** What differs between kinds of server: how to ask for vectors, and what they say of themselves. */
export interface EmbeddingServer {
  readonly url: string;
  readonly dialect: 'openai' | 'tei';
  readonly maximumBatch: number;
  readonly model: { readonly name: string; readonly revision: string; readonly maximumTokens: number };
  /** A row a text, in order. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]>;
}

const infoSchema = z.looseObject({
  model_id: z.string(),
  model_sha: z.string().nullish(),
  max_input_length: z.number().int().positive().nullish(),
  max_client_batch_size: z.number().int().positive().nullish(),
});
// JSON has no NaN: servers write null for one. It is let through here, to be reported with the text's place.
const rowSchema = z.array(
  z
    .number()
    .nullable()
    .transform((value) => value ?? Number.NaN),
);
const teiSchema = z.array(rowSchema);
const openAiSchema = z.looseObject({
  data: z.array(z.looseObject({ index: z.number().int().nonnegative().optional(), embedding: rowSchema })),
});
const modelsSchema = z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) });

/** Most servers take 512 tokens or more and cut by themselves when told to; the number is only shown. */
const assumedTokens = 512;

export async function openEmbeddingServer(options: RemoteOptions): Promise<EmbeddingServer> {
  if (!URL.canParse(options.url) || !/^https?:$/.test(new URL(options.url).protocol)) {
    throw new KindlingError('BAD_INPUT', `EMBEDDING_URL "${options.url}" is not an http or https address.`);
  }
  const url = options.url.replace(/\/+$/, '').replace(/\/(v1\/embeddings|embeddings|embed|v1)$/, '');
  const client = openJsonClient(url, options);
  const signal = AbortSignal.timeout(options.timeoutMs * 4);
  const info = options.dialect === 'openai' ? null : await client.get('/info', signal);
  const parsed = infoSchema.safeParse(info);
  if (parsed.success) return teiServer(url, client, parsed.data, options);
  if (options.dialect === 'tei') {
    throw new KindlingError('BAD_INPUT', `${url}/info does not answer as a TEI server does.`);
  }
  return openAiServer(url, client, options, signal);
}

function teiServer(
  url: string,
  client: JsonClient,
  info: z.output<typeof infoSchema>,
  options: RemoteOptions,
): EmbeddingServer {
  return {
    url,
    dialect: 'tei',
    maximumBatch: Math.min(options.maximumBatch, info.max_client_batch_size ?? options.maximumBatch),
    model: {
      name: info.model_id,
      revision: revisionOf(info.model_sha ?? info.model_id, options),
      maximumTokens: info.max_input_length ?? assumedTokens,
    },
    embed: async (texts, signal) => {
      const body = { inputs: texts, normalize: true, truncate: true };
      const answer = await client.post('/embed', body, signal);
      return expectRows(url, teiSchema.safeParse(answer).data, texts.length);
    },
  };
}

async function openAiServer(
  url: string,
  client: JsonClient,
  options: RemoteOptions,
  signal: AbortSignal,
): Promise<EmbeddingServer> {
  const model = options.model ?? (await onlyModel(url, client, signal));
  return {
    url,
    dialect: 'openai',
    maximumBatch: options.maximumBatch,
    model: { name: model, revision: revisionOf(model, options), maximumTokens: assumedTokens },
    embed: async (texts, signal) => {
      const answer = await client.post(
        '/v1/embeddings',
        { model, input: texts, encoding_format: 'float' },
        signal,
      );
      const parsed = openAiSchema.safeParse(answer);
      // Rows may come in any order; `index` says which text each belongs to.
      const rows = parsed.data?.data.map((row, at) => ({ at: row.index ?? at, row: row.embedding }));
      rows?.sort((a, b) => a.at - b.at);
      const inOrder = rows?.every(({ at }, place) => at === place);
      return expectRows(url, inOrder ? rows?.map(({ row }) => row) : undefined, texts.length);
    },
  };
}

async function onlyModel(url: string, client: JsonClient, signal: AbortSignal): Promise<string> {
  const listed = modelsSchema.safeParse(await client.get('/v1/models', signal)).data?.data ?? [];
  const [only] = listed;
  if (only !== undefined && listed.length === 1) return only.id;
  const known = listed.map(({ id }) => id).join(', ');
  throw new KindlingError(
    'BAD_INPUT',
    `The embedding server ${url} needs to be told which model to use: set EMBEDDING_MODEL${known ? ` to one of ${known}` : ''}.`,
  );
}

/** Servers seldom tell the commit they serve; what they do tell, and the prefixes we add, is the identity. */
function revisionOf(told: string, { queryPrefix = '', passagePrefix = '' }: RemoteOptions): string {
  return createHash('sha256')
    .update(JSON.stringify([told, queryPrefix, passagePrefix]))
    .digest('hex')
    .slice(0, 12);
}

function expectRows(
  url: string,
  rows: readonly (readonly number[])[] | undefined,
  texts: number,
): readonly (readonly number[])[] {
  if (rows?.length === texts) return rows;
  throw new KindlingError(
    'UNAVAILABLE',
    `The embedding server ${url} answered ${texts} texts with ${rows ? `${rows.length} vectors` : 'something that is no list of vectors'}.`,
  );
}
