/**
 * Whether a request that may change something comes from the console's own pages. Three locks, because one may be
 * picked: the cookie is SameSite, the header below cannot be sent across origins without a preflight that nobody
 * answers, and the browser's own Origin must be ours.
 */
export const preflightHeader = 'apollo-require-preflight';

export type OriginVerdict = { readonly ok: true } | { readonly ok: false; readonly why: string };

export function checkOrigin(headers: Headers, consoleOrigin: string | undefined): OriginVerdict {
  if (headers.get(preflightHeader) === null) {
    return { ok: false, why: `The request lacks the header ${preflightHeader}.` };
  }
  const origin = headers.get('origin');
  // Browsers send Origin with every POST, and with a GET only across origins.
  if (origin === null) return { ok: true };
  const hosts = [headers.get('host'), consoleOrigin === undefined ? null : new URL(consoleOrigin).host];
  if (URL.canParse(origin) && hosts.includes(new URL(origin).host)) return { ok: true };
  return {
    ok: false,
    why: `Requests from ${origin} are not accepted here: set CONSOLE_URL if it is this console's address.`,
  };
}
