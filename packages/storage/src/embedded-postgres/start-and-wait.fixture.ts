import { startEmbeddedPostgres } from './embedded-postgres.js';
import { startTemporaryPostgres } from './test-database.js';

/** A process for tests to kill: starts Postgres as its first argument says, prints where, and waits. */
const [kind, folder = ''] = process.argv.slice(2);
const started =
  kind === 'temporary'
    ? await startTemporaryPostgres({ migrated: false })
    : { folder, ...(await startEmbeddedPostgres({ folder, durable: false })) };
console.log(JSON.stringify({ folder: started.folder, pid: started.pid, databaseUrl: started.databaseUrl }));
setInterval(() => {}, 60_000);
