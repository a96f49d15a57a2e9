import { readFile } from 'node:fs/promises';
import { workerData } from 'node:worker_threads';
import { TextTokenizer } from './text-tokenizer.js';
import { serveThread } from './thread-entry.js';

export interface TokenizerThreadData {
  readonly tokenizerPath: string;
  readonly tokenizerConfigPath: string | null;
  readonly maximumTokens: number;
}

/** The token ids of all texts one after the other, and how many each has. */
export interface TokenisedTexts {
  readonly ids: Int32Array;
  readonly lengths: Int32Array;
}

const { tokenizerPath, tokenizerConfigPath, maximumTokens } = workerData as TokenizerThreadData;

await serveThread<readonly string[], TokenisedTexts, null>(async () => {
  const read = async (path: string | null): Promise<object> =>
    path === null ? {} : JSON.parse(await readFile(path, 'utf8'));
  const tokenizer = new TextTokenizer(
    await read(tokenizerPath),
    await read(tokenizerConfigPath),
    maximumTokens,
  );
  return {
    ready: null,
    answer: async (texts) => {
      const rows = texts.map((text) => tokenizer.encode(text));
      const lengths = Int32Array.from(rows, (row) => row.length);
      const ids = Int32Array.from(rows.flat());
      return { value: { ids, lengths }, transfer: [ids.buffer, lengths.buffer] };
    },
  };
});
