import { eld } from 'eld/small';

/** By how much a language has to be likelier than the one expected; see the measurement in the README. */
const clearMargin = 0.2;

/**
 * The language of a text, as ISO 639-1, where it is surely none of `expected`; null otherwise. Names and brands are of
 * no language, so a short text is in doubt for long: nothing is said of it.
 */
export function otherLanguage(text: string, expected: readonly string[]): string | null {
  const found = eld.detect(text);
  const { language } = found;
  if (language === '' || expected.includes(language) || !found.isReliable()) return null;
  const scores = found.getScores();
  const best = Math.max(0, ...expected.map((one) => scores[one] ?? 0));
  return (scores[language] ?? 0) - best > clearMargin ? language : null;
}
