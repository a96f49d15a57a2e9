/** A list in one cell: JSON, or entries parted by |, by ; or by commas, whichever is found first in this order. */
export function parseList(text: string): readonly string[] {
  const value = text.trim();
  if (value === '') return [];
  if (value.startsWith('[')) {
    const parsed = parseJson(value);
    if (Array.isArray(parsed)) return parsed.filter((entry) => entry !== null).map(asText);
  }
  const separator = ['|', ';', ','].find((one) => value.includes(one));
  const entries = separator === undefined ? [value] : value.split(separator);
  return entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
}

const asText = (entry: unknown) => (typeof entry === 'string' ? entry : JSON.stringify(entry));

/** Undefined where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
