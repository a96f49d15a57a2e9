import type { ModelFolder } from '../model-folder.js';
import { Thread, ThreadCrashedError } from './thread.js';
import type { TokenisedTexts, TokenizerThreadData } from './tokenizer-thread.js';

type Requests = Thread<readonly string[], TokenisedTexts>;

/** The one thread that tokenises beside inference; a request it dies on is tried once more on a new one. */
export class TokenizerThread {
  readonly #data: TokenizerThreadData;
  #thread: Promise<Requests>;
  #closed = false;

  private constructor(data: TokenizerThreadData) {
    this.#data = data;
    this.#thread = start(data);
  }

  static async open(folder: ModelFolder): Promise<TokenizerThread> {
    const tokenizer = new TokenizerThread({
      tokenizerPath: folder.tokenizerPath,
      tokenizerConfigPath: folder.tokenizerConfigPath,
      maximumTokens: folder.maximumTokens,
    });
    await tokenizer.#thread;
    return tokenizer;
  }

  async tokenise(texts: readonly string[]): Promise<TokenisedTexts> {
    try {
      return await (await this.#living()).request(texts);
    } catch (error) {
      if (!(error instanceof ThreadCrashedError) || this.#closed) throw error;
      return await (await this.#living()).request(texts);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const thread = await this.#thread.catch(() => null);
    await thread?.stop();
  }

  async #living(): Promise<Requests> {
    const thread = await this.#thread.catch(() => null);
    if (thread?.alive || this.#closed) return this.#thread;
    const started = start(this.#data);
    this.#thread = started;
    return started;
  }
}

async function start(data: TokenizerThreadData): Promise<Requests> {
  const entry = import.meta.url.endsWith('.ts') ? './tokenizer-thread.ts' : './tokenizer-thread.js';
  const { thread } = await Thread.start<readonly string[], TokenisedTexts, null>(
    new URL(entry, import.meta.url),
    data,
  );
  return thread;
}
