/** Where to go after signing in: only a path of this console, whatever the address bar was made to say. */
export function returnPath(from: string | null): string {
  if (from === null || !from.startsWith('/') || from.startsWith('//') || from.includes('\\')) return '/';
  const url = new URL(from, 'http://console.invalid');
  return url.host === 'console.invalid' ? url.pathname + url.search : '/';
}
