/**
 * A value as a JSON parameter that Postgres takes. Half a surrogate pair is legal in a JavaScript string and in
 * JSON, but not in Postgres, where it would fail the whole batch: it becomes U+FFFD, the replacement character.
 */
export function jsonParameter(value: unknown): string {
  const json = JSON.stringify(value);
  // looking for the rare case is much cheaper than replacing none
  if (!json.includes('\\ud')) return json;
  return json.replace(/\\\\|\\ud[89a-f][0-9a-f]{2}/g, (found) => (found === '\\\\' ? found : '\\ufffd'));
}
