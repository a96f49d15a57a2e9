/**
 * Where to go after signing in: only a path of this console, whatever the address bar was made to say. Resolving first
 * and looking at the result also catches what only becomes another host on the way, such as `/..//evil.example`.
 */
export function returnPath(from: string | null): string {
  const console = 'http://console.invalid';
  if (from === null || !from.startsWith('/') || !URL.canParse(from, console)) return '/';
  const url = new URL(from, console);
  return url.origin === console && !url.pathname.startsWith('//') ? url.pathname + url.search : '/';
}
