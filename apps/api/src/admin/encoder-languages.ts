/** What an encoder was trained to read: languages by ISO 639-1, and the scripts of these as Unicode names them. */
export interface EncoderLanguages {
  readonly languages: readonly string[];
  readonly scripts: readonly string[];
}

const english: EncoderLanguages = { languages: ['en'], scripts: ['Latin'] };

/** Sentence encoders of one language, by the last part of their name, as their model cards say. */
const onlyEnglish: readonly RegExp[] = [
  /^all-(MiniLM|mpnet|distilroberta)-/i,
  /^multi-qa-(MiniLM|mpnet|distilbert)-/i,
  /^(bge|gte|jina-embeddings|snowflake-arctic-embed).*-en\b/i,
  /^e5-(small|base|large)(-v2)?$/i,
];

/** Null: it reads many languages, or nothing is known of it, and then nothing is said of a text's language. */
export function encoderLanguages(modelName: string): EncoderLanguages | null {
  const name = modelName.split('/').at(-1) ?? '';
  return onlyEnglish.some((pattern) => pattern.test(name)) ? english : null;
}
