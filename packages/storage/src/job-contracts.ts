import { z } from 'zod';

/**
 * What jobs there are and what they are told. The payload is parsed when a job is enqueued and again when it runs.
 * A message only wakes a worker: what is to be done stands in the tables, so a lost, late or repeated one does no harm.
 */
export interface JobContract<Payload> {
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
  /** Jobs of one kind that one worker process runs at a time. */
  readonly concurrency: number;
}

const contract = <Payload>(name: string, payload: z.ZodType<Payload>, concurrency: number) =>
  ({ name, payload, concurrency }) satisfies JobContract<Payload>;

const id = z.string().min(1).max(256);

/** Encodes the waiting items of one share of a catalogue. */
export const embedItemsJob = contract(
  'embed-items',
  z.object({ catalogueId: id, shard: z.int().min(0), shards: z.int().min(1) }),
  2,
);
/** Reads one uploaded file into the catalogue, or goes on where a killed worker stopped. */
export const importCatalogueJob = contract('import-catalogue', z.object({ runId: z.uuid() }), 2);
/** Makes one edit of many items, or goes on with it where a killed worker stopped. */
export const editItemsJob = contract('edit-items', z.object({ editId: z.uuid() }), 1);
/** Brings the vector index of one catalogue up to the change feed (Qdrant; the embedded index follows by itself). */
export const followIndexJob = contract('follow-index', z.object({ catalogueId: id }), 2);
/** Trains a model from a catalogue's events, as one run of it says; a run whose worker died is begun anew. */
export const trainModelJob = contract('train-model', z.object({ runId: z.uuid() }), 1);
/** Judges what is served on a catalogue's own events; a run whose worker died goes on with what is not judged yet. */
export const evaluateJob = contract('evaluate', z.object({ runId: z.uuid() }), 1);
/** Counts what is new of one experiment into its statistics. */
export const rollUpExperimentsJob = contract(
  'roll-up-experiments',
  z.object({ experiment: z.int().min(1) }),
  1,
);
/** Sends an endpoint what is due for it, one delivery after the other. */
export const deliverWebhooksJob = contract('deliver-webhooks', z.object({ endpointId: z.uuid() }), 4);
/** Removes what has had its time: rankings behind cursors, files of finished imports, old runs. */
export const expireJob = contract('expire', z.object({}), 1);
