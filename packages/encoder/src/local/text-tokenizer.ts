import { Tokenizer } from '@huggingface/tokenizers';

/**
 * Characters looked at for each token of the window. English has 4 to 5 characters a token; 32 leaves room for
 * markup-like texts, and bounds the cost of a text that is far too long.
 */
const charactersPerToken = 32;

/**
 * Text to token ids. The library ignores the truncation and padding a tokenizer.json asks for, and so do we on
 * purpose: the window comes from the model's configuration, and padding belongs to the batch.
 */
export class TextTokenizer {
  readonly #tokenizer: Tokenizer;
  readonly #maximumTokens: number;
  readonly #closing: readonly number[];

  constructor(tokenizerJson: object, tokenizerConfig: object, maximumTokens: number) {
    this.#tokenizer = new Tokenizer(tokenizerJson, tokenizerConfig);
    this.#maximumTokens = maximumTokens;
    // What follows the text, such as [SEP], is what an empty text and a text share at their ends.
    const empty = this.#tokenizer.encode('').ids;
    const word = this.#tokenizer.encode('a').ids;
    let opening = 0;
    while (opening < empty.length && empty[opening] === word[opening]) opening++;
    this.#closing = empty.slice(opening);
  }

  /** At most `maximumTokens` ids; a cut text keeps its closing special tokens. */
  encode(text: string): number[] {
    const ids = this.#tokenizer.encode(text.slice(0, this.#maximumTokens * charactersPerToken)).ids;
    if (ids.length <= this.#maximumTokens) return ids;
    return [...ids.slice(0, this.#maximumTokens - this.#closing.length), ...this.#closing];
  }
}
