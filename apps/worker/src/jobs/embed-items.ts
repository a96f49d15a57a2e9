import { setTimeout as delay } from 'node:timers/promises';
import { type CatalogueId, catalogueId } from '@kindling/domain';
import { type Encoder, EncodingError } from '@kindling/encoder';
import { contentHash, renderItemText } from '@kindling/encoder/text';
import {
  activateModelWhenComplete,
  correctContentHashes,
  defaultEmbeddingRules,
  type EmbeddingRules,
  type EmbedFailure,
  expectCatalogue,
  findVectorsByContent,
  type JobHandler,
  type Pool,
  readWaitingItems,
  recordEmbedFailures,
  type VectorWrite,
  writeVectors,
} from '@kindling/storage';
import type { Failpoint } from '../failpoint.js';
import type { Log } from '../log.js';

/*
 * Encodes what waits in one share of a catalogue, until nothing does. State decides what waits: an item whose text
 * differs from the one its vector was made of. So a killed worker has lost nothing but time, a job that runs twice
 * finds nothing to do, and a worker that was frozen and wakes up is fenced by the content hash when it writes.
 *
 * When the configured encoder is not the one that serves the catalogue, its vectors are built beside the serving
 * ones, and the last job of the build switches the catalogue over.
 */

export interface EmbedItemsParts {
  readonly pool: Pool;
  readonly encoder: Encoder;
  readonly log: Log;
  readonly failpoint: Failpoint;
  readonly rules?: EmbeddingRules;
  /** Items read, encoded and written at a time. */
  readonly batchItems?: number;
  /** The first wait after a fault that is nobody's text; it doubles, at most 30 s. */
  readonly faultDelayMs?: number;
}

export interface EmbedItemsPayload {
  readonly catalogueId: string;
  readonly shard: number;
  readonly shards: number;
}

/** After so many faults in a row the job ends, and the sweeper starts another one. */
const maximumFaults = 8;

export function embedItems(parts: EmbedItemsParts): JobHandler<EmbedItemsPayload> {
  const { log, batchItems = 256, faultDelayMs = 500 } = parts;
  return async (payload, signal) => {
    const share = { shard: payload.shard, shards: payload.shards };
    let faults = 0;
    while (!signal.aborted) {
      try {
        // after a fault in smaller and smaller batches, so that a text that breaks the encoder stands alone at last
        const limit = Math.max(1, batchItems >> (2 * faults));
        const done = await embedBatch(parts, catalogueId(payload.catalogueId), { ...share, limit }, signal);
        if (done) return;
        faults = 0;
      } catch (error) {
        if (signal.aborted) return;
        if (++faults > maximumFaults) throw error;
        log.warn('encoding is held up', { catalogue: payload.catalogueId, faults, error });
        await delay(Math.min(30_000, faultDelayMs * 2 ** faults), undefined, { signal }).catch(
          () => undefined,
        );
      }
    }
  };
}

/** One batch; true when nothing was waiting. */
async function embedBatch(
  parts: EmbedItemsParts,
  id: CatalogueId,
  share: { readonly shard: number; readonly shards: number; readonly limit: number },
  signal: AbortSignal,
): Promise<boolean> {
  const { pool, encoder, log, failpoint, rules = defaultEmbeddingRules } = parts;
  const { model } = encoder;
  const catalogue = await expectCatalogue(pool, id);
  const serving = catalogue.activeModelId === model.id;
  const waiting = await readWaitingItems(pool, id, { id: model.id, serving }, { ...share, after: 0 }, rules);
  if (waiting.length === 0) {
    if (!serving && (await activateModelWhenComplete(pool, id, model.id, rules))) {
      log.info('a new model serves', { catalogue: id, model: model.id });
    }
    return true;
  }

  const rendered = waiting.map((one) => {
    const text = renderItemText(one.item, catalogue.template.textTemplate);
    return { ...one, text, hash: contentHash(text) };
  });
  // stored without a rendered text, or under another template
  const outdated = rendered.filter((one) => one.hash !== one.contentHash);
  if (outdated.length > 0) {
    const corrections = outdated.map((one) => ({
      number: one.item.number,
      from: one.contentHash,
      to: one.hash,
    }));
    await correctContentHashes(pool, id, corrections);
  }

  const known = await findVectorsByContent(
    pool,
    id,
    model.id,
    rendered.map((one) => one.hash),
  );
  const fresh = new Map(rendered.filter((one) => !known.has(one.hash)).map((one) => [one.hash, one.text]));
  const { vectors, failures } = await encodeEach(encoder, fresh, signal, share.limit === 1);
  failpoint('embed.before-write');

  const writes: VectorWrite[] = [];
  const failed: EmbedFailure[] = [];
  for (const { item, hash } of rendered) {
    const vector = known.get(hash) ?? vectors.get(hash);
    if (vector !== undefined) writes.push({ number: item.number, contentHash: hash, vector });
    else {
      const reason = failures.get(hash) ?? 'The encoder gave no vector.';
      failed.push({ number: item.number, contentHash: hash, reason });
      log.warn('an item could not be encoded', { catalogue: id, item: item.id, reason });
    }
  }
  const result = await writeVectors(pool, id, model, writes);
  await recordEmbedFailures(pool, id, failed, rules);
  failpoint('embed.after-write');
  log.debug('encoded', { catalogue: id, ...result, reused: known.size, failed: failed.length });
  return false;
}

/**
 * Encodes texts by their hash. A text that the encoder refuses, or for which it gives no finite vector, is set aside
 * with the reason and the others go on. A fault that names no text is thrown, unless one text is all there was.
 */
async function encodeEach(
  encoder: Encoder,
  texts: ReadonlyMap<string, string>,
  signal: AbortSignal,
  alone: boolean,
): Promise<{ vectors: Map<string, Float32Array>; failures: Map<string, string> }> {
  const vectors = new Map<string, Float32Array>();
  const failures = new Map<string, string>();
  let left = [...texts];
  while (left.length > 0) {
    try {
      const encoded = await encoder.encode(
        left.map(([, text]) => text),
        'passage',
        { priority: 'bulk', signal },
      );
      left.forEach(([hash], index) => {
        const vector = encoded[index];
        const problem = vectorProblem(vector, encoder.model.dimensions);
        if (vector !== undefined && problem === null) vectors.set(hash, vector);
        else failures.set(hash, problem ?? 'The encoder gave no vector.');
      });
      break;
    } catch (error) {
      if (signal.aborted) throw error;
      const refused = error instanceof EncodingError ? left[error.index] : alone ? left[0] : undefined;
      // alone at fault only if the encoder is well: otherwise every item would be blamed for an outage
      if (refused === undefined || (!(error instanceof EncodingError) && !(await isWell(encoder))))
        throw error;
      failures.set(refused[0], error instanceof Error ? error.message : String(error));
      left = left.filter((one) => one !== refused);
    }
  }
  return { vectors, failures };
}

function vectorProblem(vector: Float32Array | undefined, dimensions: number): string | null {
  if (vector === undefined) return 'The encoder gave no vector.';
  if (vector.length !== dimensions) {
    return `The encoder gave ${vector.length} dimensions instead of ${dimensions}.`;
  }
  const length = Math.hypot(...vector);
  if (!Number.isFinite(length)) return 'The encoder gave a vector that is not finite (NaN).';
  // an index refuses what is not normalised, and one such vector would hold up all behind it
  return Math.abs(length - 1) < 1e-3
    ? null
    : `The encoder gave a vector of length ${length.toFixed(3)}, not 1.`;
}

const isWell = (encoder: Encoder) =>
  encoder.encode(['a plain sentence'], 'passage', { priority: 'bulk' }).then(
    () => true,
    () => false,
  );
