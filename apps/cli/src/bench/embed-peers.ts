import { type ChildProcess, execFile, fork } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { minilm } from '@kindling/minilm';
import type { PeerName } from './embed-peer.js';

export interface Lap {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export interface Peer {
  readonly name: PeerName;
  readonly version: string;
  lap(texts: readonly string[]): Promise<Lap>;
}

export interface Peers {
  readonly running: readonly Peer[];
  readonly skipped: readonly { readonly name: PeerName; readonly reason: string }[];
  close(): Promise<void>;
}

const packages: Record<PeerName, string> = {
  'transformers.js': '@huggingface/transformers',
  fastembed: 'fastembed',
};
const versionOf = { 'transformers.js': '4.3.1', fastembed: '2.1.0' } as const;
const run = promisify(execFile);

/**
 * Installs the libraries into a temporary folder outside the workspace, gives both the packaged model file under the
 * names they look for, and starts each in a process of its own. One that cannot run here is skipped with the reason.
 */
export async function openPeers(threads: number, warmUp: readonly string[]): Promise<Peers> {
  const folder = await mkdtemp(join(tmpdir(), 'kindling-peers-'));
  const models = join(folder, 'models');
  await writeModelFiles(join(models, 'minilm'));
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  const running: Peer[] = [];
  const skipped: { name: PeerName; reason: string }[] = [];
  const processes: ChildProcess[] = [];
  for (const name of ['transformers.js', 'fastembed'] as const) {
    try {
      const wanted = `${packages[name]}@${versionOf[name]}`;
      await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', wanted], { cwd: folder });
      const child = startPeer();
      processes.push(child);
      await ask(child, { task: { folder, peer: name, models, threads, texts: warmUp } });
      running.push({ name, version: versionOf[name], lap: (texts) => ask(child, { texts }) });
    } catch (error) {
      const reason = error instanceof Error ? (error.message.trim().split('\n')[0] ?? '') : String(error);
      skipped.push({ name, reason });
    }
  }
  return {
    running,
    skipped,
    close: async () => {
      for (const child of processes) child.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function startPeer(): ChildProcess {
  const fromSource = import.meta.url.endsWith('.ts');
  return fork(new URL(fromSource ? './embed-peer.ts' : './embed-peer.js', import.meta.url), {
    execArgv: fromSource ? ['--import', 'tsx'] : [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

function ask(child: ChildProcess, message: object): Promise<Lap> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`its process ended with code ${code}`));
    child.once('exit', onExit);
    child.once('message', (answer: Lap | { error: string }) => {
      child.off('exit', onExit);
      if ('error' in answer) reject(new Error(answer.error));
      else resolve(answer);
    });
    child.send(message);
  });
}

/** Both want settings beside the tokenizer; these are those of the original model. */
async function writeModelFiles(folder: string): Promise<void> {
  await mkdir(join(folder, 'onnx'), { recursive: true });
  await cp(join(minilm.folder, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  await cp(join(minilm.folder, 'model.onnx'), join(folder, 'model.onnx'));
  await cp(join(minilm.folder, 'model.onnx'), join(folder, 'onnx/model_quantized.onnx'));
  const special = {
    cls_token: '[CLS]',
    mask_token: '[MASK]',
    pad_token: '[PAD]',
    sep_token: '[SEP]',
    unk_token: '[UNK]',
  };
  const files = {
    'config.json': {
      model_type: 'bert',
      architectures: ['BertModel'],
      hidden_size: 384,
      num_hidden_layers: 6,
      num_attention_heads: 12,
      intermediate_size: 1536,
      max_position_embeddings: 512,
      vocab_size: 30522,
      pad_token_id: 0,
    },
    'tokenizer_config.json': {
      tokenizer_class: 'BertTokenizer',
      model_max_length: minilm.maximumTokens,
      do_lower_case: true,
      ...special,
    },
    'special_tokens_map.json': special,
  };
  for (const [file, content] of Object.entries(files)) {
    await writeFile(join(folder, file), JSON.stringify(content));
  }
}
