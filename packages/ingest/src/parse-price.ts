/** A price as people write it; the currency where the sign leaves no doubt. */
export type ParsedPrice =
  | { readonly price: number; readonly currency: string | null }
  | { readonly refused: string; readonly fix: string };

/** $ and ¥ belong to several currencies, so they say nothing. */
const clearSigns: Readonly<Record<string, string>> = {
  '€': 'EUR',
  '£': 'GBP',
  '₹': 'INR',
  '₩': 'KRW',
  '₽': 'RUB',
};
const amount = /^-?\d+(?:[.,]\d+)*$/;

/**
 * Takes 12.5, 12,50, $1,234.56, 1.234,56 €, EUR 12 and 1 234,50. The last of two kinds of mark is the decimal one; a
 * single comma before exactly three digits parts thousands, any other comma is decimal.
 */
export function parsePrice(text: string): ParsedPrice {
  const code = /^([A-Z]{3})(?=[\s\d])|(?<=[\s\d])([A-Z]{3})$/.exec(text.trim());
  const sign = /\p{Sc}/u.exec(text)?.[0];
  const digits = text
    .trim()
    .replace(/^[A-Z]{3}(?=[\s\d])|(?<=[\s\d])[A-Z]{3}$/, '')
    .replace(/[\p{Sc}\s'’]/gu, '');
  if (!amount.test(digits)) {
    return {
      refused: `"${text.trim().slice(0, 40)}" is not a price`,
      fix: 'Write it as a number such as 12.50, and the currency in a column of its own.',
    };
  }
  return {
    price: Number(withPoint(digits)),
    currency: code?.[1] ?? code?.[2] ?? (sign === undefined ? null : (clearSigns[sign] ?? null)),
  };
}

function withPoint(digits: string): string {
  const point = digits.lastIndexOf('.');
  const comma = digits.lastIndexOf(',');
  if (point >= 0 && comma >= 0) {
    return point > comma ? digits.replaceAll(',', '') : digits.replaceAll('.', '').replace(',', '.');
  }
  if (comma >= 0) {
    return /^-?\d{1,3}(,\d{3})+$/.test(digits) ? digits.replaceAll(',', '') : digits.replace(',', '.');
  }
  return digits.indexOf('.') === point ? digits : digits.replaceAll('.', '');
}
