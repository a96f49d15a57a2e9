import type { ModelId } from '@kindling/domain';

/** Turns texts into vectors. One encoder is one model: its identity travels with every vector. */
export interface Encoder {
  readonly model: EncoderModel;
  /** Where inference really happens, and why not elsewhere: printed at start and shown in the console. */
  readonly device: { readonly kind: 'cpu' | 'cuda' | 'remote'; readonly note: string };
  /**
   * float32[dimensions] a text, L2-normalised, in the order of the texts. Work is batched by a token budget
   * and runs on worker threads; the calling thread only waits. A text longer than the model's window is cut
   * (the closing [SEP] stays). NaN or a wrong dimension throws EncodingError with the index of the text.
   */
  encode(
    texts: readonly string[],
    role: EncodingRole,
    options?: EncodeOptions,
  ): Promise<readonly Float32Array[]>;
  close(): Promise<void>;
}

/** Models trained for retrieval want to know which side a text is on; others have no prefixes. */
export type EncodingRole = 'query' | 'passage';

export interface EncodeOptions {
  /** A person waits for 'interactive' work: it goes before 'bulk' in the queue. */
  readonly priority?: 'interactive' | 'bulk';
  readonly signal?: AbortSignal;
  /** Called as batches finish, with real counts. */
  readonly onProgress?: (done: { readonly texts: number; readonly tokens: number }) => void;
}

export interface EncoderModel {
  /** name, revision, dimensions and pooling in one string. */
  readonly id: ModelId;
  readonly name: string;
  readonly revision: string;
  readonly dimensions: number;
  readonly pooling: 'mean' | 'cls' | 'remote';
  readonly maximumTokens: number;
  readonly licence: string | null;
}
