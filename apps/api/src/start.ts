import { createPool, findKey, findSession } from '@kindling/storage';
import { adminSchema } from './admin/schema.js';
import { Authenticator, type Credentials } from './authentication.js';
import type { ApiConfig } from './env.js';
import type { HttpRoute } from './http-route.js';
import type { Log } from './log.js';
import { publicSchema } from './public/schema.js';
import { RateLimits } from './rate-limits.js';
import { ApiServer } from './server.js';
import type { Services } from './services.js';

export interface RunningApi {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** The composition root: every part is made here, once, and closed in the opposite order. */
export async function startApi(config: ApiConfig, log: Log): Promise<RunningApi> {
  const pool = createPool({
    databaseUrl: config.databaseUrl,
    applicationName: 'kindling-api',
    maxConnections: 20,
    onError: (error) => log.warn('a database connection broke', { error }),
  });
  const credentials: Credentials = {
    findKey: (hash) => findKey(pool, hash),
    findSession: async (hash) => {
      const session = await findSession(pool, hash);
      return session && { ...session.member, memberId: session.member.id, expiresAt: session.expiresAt };
    },
  };
  const authenticator = new Authenticator(credentials);
  const services: Services = {
    log,
    pool,
    authenticator,
    rateLimits: new RateLimits(config.limits.pointsPerSecond),
  };
  const routes: readonly HttpRoute[] = [];
  const server = new ApiServer({
    services,
    authenticator,
    publicSchema: publicSchema(),
    adminSchema: adminSchema(),
    operations: [],
    routes,
    notReady: async () => {
      await pool.query('SELECT 1');
      return null;
    },
    production: config.production,
    maximumInFlight: config.limits.inFlight,
    persistedOnly: config.limits.persistedOnly,
    log,
  });
  const port = await server.listen(config.port, config.host);
  return {
    port,
    url: `http://${config.host}:${port}`,
    close: async () => {
      await server.close();
      await pool.end();
    },
  };
}
