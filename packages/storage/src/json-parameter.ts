/**
 * A value as a JSON parameter that Postgres takes. Half a surrogate pair is legal in a JavaScript string and in
 * JSON, but not in Postgres, where it would fail the whole batch: it becomes U+FFFD, the replacement character.
 */
export const jsonParameter = (value: unknown): string =>
  JSON.stringify(value).replace(/\\\\|\\ud[89a-f][0-9a-f]{2}/g, (found) =>
    found === '\\\\' ? found : '\\ufffd',
  );
