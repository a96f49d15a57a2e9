import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Runs in a process of its own, with one of the libraries that a user would pick instead: told to encode, it answers
 * with the time that took. The library is loaded from the folder it was installed in, never from the workspace.
 */
export type PeerName = 'transformers.js' | 'fastembed';
interface PeerTask {
  readonly folder: string;
  readonly peer: PeerName;
  readonly models: string;
  readonly threads: number;
  readonly texts: readonly string[];
}
type Encode = (texts: readonly string[]) => Promise<void>;

interface TransformersModule {
  readonly env: { allowRemoteModels: boolean; localModelPath: string };
  pipeline(
    task: string,
    model: string,
    options: object,
  ): Promise<(texts: string[], options: object) => Promise<unknown>>;
}
interface FastembedModule {
  readonly EmbeddingModel: { readonly CUSTOM: string };
  readonly FlagEmbedding: {
    init(options: object): Promise<{ embed(texts: string[]): AsyncIterable<unknown> }>;
  };
}

/** Its documentation encodes an array a call and names no size; 32 is the default of sentence-transformers. */
const transformersBatch = 32;

async function open({ folder, peer, models, threads }: PeerTask): Promise<Encode> {
  const from = createRequire(join(folder, 'package.json'));
  if (peer === 'transformers.js') {
    const module: TransformersModule = await import(
      pathToFileURL(from.resolve('@huggingface/transformers')).href
    );
    module.env.allowRemoteModels = false;
    module.env.localModelPath = models;
    const extract = await module.pipeline('feature-extraction', 'minilm', {
      dtype: 'q8',
      session_options: { intraOpNumThreads: threads },
    });
    return async (texts) => {
      for (let at = 0; at < texts.length; at += transformersBatch) {
        await extract(texts.slice(at, at + transformersBatch), { pooling: 'mean', normalize: true });
      }
    };
  }
  const module: FastembedModule = await import(pathToFileURL(from.resolve('fastembed')).href);
  const model = await module.FlagEmbedding.init({
    model: module.EmbeddingModel.CUSTOM,
    modelAbsoluteDirPath: join(models, 'minilm'),
    modelName: 'model.onnx',
    maxLength: 256,
  });
  return async (texts) => {
    for await (const _ of model.embed([...texts])) {
      // The vectors are made as the loop goes on.
    }
  };
}

let encode: Encode | undefined;
process.on('message', async (message: { task?: PeerTask; texts?: readonly string[] }) => {
  try {
    if (message.task) encode = await open(message.task);
    const started = performance.now();
    const before = process.cpuUsage();
    await encode?.(message.texts ?? message.task?.texts ?? []);
    const { user, system } = process.cpuUsage(before);
    process.send?.({ seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6 });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : String(error) });
  }
});
