import { hasMessage, type Locale, sentence } from '../../explain/message.js';
import type { RuleFinding } from './finding.js';

/** A finding as a sentence that names the rules and says what to look at. */
export function findingText({ code, rule, other, placement, about }: RuleFinding, locale: Locale): string {
  const key = `finding.${code}`;
  const variant = other !== null ? `${key}.with` : about !== null ? `${key}.about` : key;
  const values = { rule: rule ?? '', other: other ?? '', placement: placement ?? '', about: about ?? '' };
  return sentence({ key: hasMessage(variant) ? variant : key, values }, locale);
}
