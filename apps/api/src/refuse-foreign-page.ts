import type { IncomingHttpHeaders } from 'node:http';
import { KindlingError } from '@kindling/domain';
import { sessionToken } from './authentication.js';

/**
 * Refuses a changing request that another site's page sends with somebody's session. The cookie is SameSite=Lax and the
 * console's gateway looks for itself; this is the lock of a server that is reached without it. Browsers name the
 * origin in every POST, and programs, which bring keys, are not asked.
 */
export function refuseForeignPage(
  method: string | undefined,
  headers: IncomingHttpHeaders,
  consoleUrl: string | null,
): void {
  if (method === 'GET' || method === 'HEAD' || headers.authorization !== undefined) return;
  if (sessionToken(headers) === null) return;
  const { origin, host } = headers;
  const isForeign =
    origin === undefined
      ? headers['sec-fetch-site'] === 'cross-site'
      : !URL.canParse(origin) ||
        ![host, consoleUrl === null ? undefined : new URL(consoleUrl).host].includes(new URL(origin).host);
  if (!isForeign) return;
  throw new KindlingError(
    'FORBIDDEN',
    `Pages of ${origin ?? 'another site'} may not act with a console session: set CONSOLE_URL if this is the console`,
  );
}
