import type { Item, ItemId } from '@kindling/domain';

/** What a day-0 check of an item is told; neighbours are those of its own vector, best first, without itself. */
export interface ItemLintRequest {
  readonly item: Pick<Item, 'title' | 'description' | 'categories' | 'tags'>;
  /** Cosines in [-1, 1]; null: it is not encoded yet. */
  readonly neighbours: readonly { readonly id: ItemId; readonly similarity: number }[] | null;
  /** Scripts that the encoder was trained on, as Unicode names them ("Latin", "Han"); null: many, or not known. */
  readonly encoderScripts: readonly string[] | null;
  /** The language of a text where it is surely one that the encoder does not read; null otherwise. */
  readonly foreignLanguage?: (text: string) => string | null;
  readonly limits?: Partial<ItemLintLimits>;
}

export interface ItemLintLimits {
  /** Words (or single Han, Hiragana, Katakana characters) below which a text says too little to be compared. */
  readonly fewestWords: number;
  readonly duplicateFrom: number;
  readonly neighbourFrom: number;
  /** Share of letters in other scripts from which the encoder does not read the text. */
  readonly foreignShare: number;
}

export const itemLintLimits: ItemLintLimits = {
  fewestWords: 5,
  duplicateFrom: 0.97,
  neighbourFrom: 0.3,
  foreignShare: 0.3,
};

export type ItemFinding =
  | { readonly code: 'tooLittleText'; readonly words: number }
  | { readonly code: 'nearDuplicate'; readonly of: readonly ItemId[] }
  | { readonly code: 'noNeighbours'; readonly bestSimilarity: number | null }
  | { readonly code: 'wrongLanguage'; readonly foreignShare: number; readonly language: string | null };

/** Why an item that nobody has seen yet may be recommended badly. Empty: nothing is known against it. */
export function lintItem(request: ItemLintRequest): ItemFinding[] {
  const { item, neighbours, encoderScripts, limits, foreignLanguage = () => null } = request;
  const { fewestWords, duplicateFrom, neighbourFrom, foreignShare } = { ...itemLintLimits, ...limits };
  const text = [item.title, item.description ?? '', ...item.categories, ...item.tags].join(' ');
  const found: ItemFinding[] = [];
  const words = new Set(text.toLowerCase().match(wordPattern) ?? []).size;
  if (words < fewestWords) found.push({ code: 'tooLittleText', words });
  const foreign = encoderScripts === null ? 0 : shareOfOtherScripts(text, encoderScripts);
  // Of few words the language is anybody's guess, and what is said of them is said already.
  const language = foreign >= foreignShare || words < fewestWords ? null : foreignLanguage(text);
  if (foreign >= foreignShare || language !== null) {
    found.push({ code: 'wrongLanguage', foreignShare: foreign, language });
  }
  if (neighbours === null) return found;
  const twins = neighbours.filter(({ similarity }) => similarity >= duplicateFrom).map(({ id }) => id);
  if (twins.length > 0) found.push({ code: 'nearDuplicate', of: twins });
  const best = neighbours[0]?.similarity ?? null;
  if (best === null || best < neighbourFrom) found.push({ code: 'noNeighbours', bestSimilarity: best });
  return found;
}

const wordPattern = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}]+/gu;

function shareOfOtherScripts(text: string, scripts: readonly string[]): number {
  const letters = text.match(/\p{L}/gu) ?? [];
  if (letters.length === 0) return 0;
  const known = new RegExp(
    `^[${scripts.map((script) => `\\p{Script=${script}}`).join('')}\\p{Script=Common}]$`,
    'u',
  );
  return letters.filter((letter) => !known.test(letter)).length / letters.length;
}
