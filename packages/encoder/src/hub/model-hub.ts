import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KindlingError } from '@kindling/domain';
import { type ModelManifest, manifestFile, onnxFiles, sha256OfFile } from '../model-folder.js';
import { type DownloadProgress, downloadFile, HubUnreachableError } from './download-file.js';
import { withFolderLock } from './folder-lock.js';

export const defaultHubUrl = 'https://huggingface.co';

export interface HubOptions {
  /** Models land in `models/<name>/<revision>` below it. */
  readonly dataDirectory: string;
  readonly hubUrl?: string | undefined;
  /** Which export to take, such as `onnx/model.onnx`. Default: the first of `onnxFiles` that the hub has. */
  readonly onnxFile?: string | undefined;
  readonly log: (level: 'info' | 'warn', message: string) => void;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

export interface HubModel {
  readonly name: string;
  readonly revision: string;
}

/** Settings that say how to pool, cut and prefix. A model has some of them. */
const optionalFiles = [
  'config.json',
  'tokenizer_config.json',
  'sentence_bert_config.json',
  'config_sentence_transformers.json',
  '1_Pooling/config.json',
];

/** `organisation/name@commit`. Throws with the fix when no commit is named: what can move may not be stored beside vectors. */
export function parseHubModel(model: string): HubModel {
  const match = /^([\w.-]+\/[\w.-]+)(?:@(.*))?$/.exec(model);
  const name = match?.[1];
  if (name === undefined) {
    throw new KindlingError(
      'BAD_INPUT',
      `EMBEDDING_MODEL "${model}" is neither a folder on this machine nor organisation/name@revision of a model hub.`,
    );
  }
  const revision = match?.[2];
  if (revision === undefined || !/^[0-9a-f]{7,40}$/.test(revision)) {
    throw new KindlingError(
      'BAD_INPUT',
      `EMBEDDING_MODEL "${model}" is not pinned${revision ? `: "${revision}" is a name that can move` : ''}. A model that changes under stored vectors spoils them: write ${name}@<commit>, with the commit hash from the model's history on the hub.`,
    );
  }
  return { name, revision };
}

/** The folder of a hub model: downloaded the first time, verified by openModelFolder each time. */
export async function fetchHubModel(model: HubModel, options: HubOptions): Promise<string> {
  const folder = join(options.dataDirectory, 'models', model.name.replace('/', '--'), model.revision);
  if (existsSync(join(folder, manifestFile))) return folder;
  await mkdir(folder, { recursive: true });
  await withFolderLock(folder, async () => {
    // Another process may have finished it while this one waited.
    if (!existsSync(join(folder, manifestFile))) await download(model, folder, options);
  });
  return folder;
}

async function download(model: HubModel, folder: string, options: HubOptions): Promise<void> {
  const hub = (options.hubUrl ?? defaultHubUrl).replace(/\/+$/, '');
  options.log('info', `Downloading ${model.name}@${model.revision} from ${hub}.`);
  const sha256: Record<string, string> = {};
  const fetchOne = async (file: string): Promise<boolean> => {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    const found = await downloadFile(
      `${hub}/${model.name}/resolve/${model.revision}/${file}`,
      path,
      file,
      options.onProgress ?? logProgress(options.log),
    );
    if (found) sha256[file] = await sha256OfFile(path);
    return found;
  };
  try {
    if (!(await fetchOne('tokenizer.json'))) {
      throw new KindlingError(
        'BAD_INPUT',
        `${hub} has no tokenizer.json for ${model.name}@${model.revision}. Check the name and the revision.`,
      );
    }
    for (const file of optionalFiles) await fetchOne(file);
    let onnx: string | undefined;
    const wanted = options.onnxFile ? [options.onnxFile] : onnxFiles;
    for (const file of wanted) {
      if (await fetchOne(file)) {
        onnx = file;
        break;
      }
    }
    if (onnx === undefined) {
      throw new KindlingError(
        'BAD_INPUT',
        `${model.name}@${model.revision} has no ONNX export (looked for ${wanted.join(', ')}). Choose a repository that has one, or export it and point EMBEDDING_MODEL at the folder.`,
      );
    }
    // Weights beyond 2 GB lie beside the graph.
    await fetchOne(`${onnx}_data`);
    const manifest: ModelManifest = { name: model.name, revision: model.revision, onnx, sha256 };
    // Written last and in one step: a folder with a manifest is complete.
    const draft = join(folder, `${manifestFile}.draft`);
    await writeFile(draft, JSON.stringify(manifest, null, 2));
    await rename(draft, join(folder, manifestFile));
    options.log('info', `${model.name}@${model.revision} is complete in ${folder}.`);
  } catch (error) {
    if (!(error instanceof HubUnreachableError)) throw error;
    throw new KindlingError(
      'UNAVAILABLE',
      `The model ${model.name}@${model.revision} is not on this machine yet and ${hub} cannot be reached (${error.message}). Connect to the network and start again, copy the model's files into a folder and set EMBEDDING_MODEL to it, or leave EMBEDDING_MODEL out to use the model that comes with Kindling.`,
      { cause: error },
    );
  }
}

/** A line a tenth of a file: enough to see that it moves. */
function logProgress(log: HubOptions['log']): (progress: DownloadProgress) => void {
  let last = '';
  return ({ file, receivedBytes, totalBytes }) => {
    if (totalBytes === null || totalBytes < 2 ** 20) return;
    const line = `${file}: ${Math.floor((10 * receivedBytes) / totalBytes) * 10} % of ${Math.round(totalBytes / 2 ** 20)} MB`;
    if (line !== last) log('info', line);
    last = line;
  };
}
