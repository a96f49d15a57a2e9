// Runs before the other containers start, any number of times: brings the database up to date and makes the first
// catalogue, its keys and the console's first member. Their secrets are printed once; the database keeps only hashes.
import { randomBytes } from 'node:crypto';
import {
  createCatalogue,
  createKey,
  createMember,
  createPool,
  findCatalogue,
  findMemberByEmail,
  migrate,
} from '@kindling/storage';

const {
  DATABASE_URL: databaseUrl,
  CATALOGUE: id = 'main',
  SCENARIO: scenario = 'shop',
  ADMIN_EMAIL: email,
} = process.env;
if (!databaseUrl || !email) {
  console.error('DATABASE_URL and ADMIN_EMAIL must be set.');
  process.exit(1);
}
const actor = 'set-up';
for (const name of await migrate({ databaseUrl })) console.error(`migrated: ${name}`);
const pool = createPool({ databaseUrl, applicationName: 'kindling-set-up', maxConnections: 2 });
try {
  if ((await findCatalogue(pool, id)) === null) {
    await createCatalogue(pool, { id, name: id, scenario, actor });
  }
  // The member is made last, so that a run that was cut short is made good by the next one.
  if ((await findMemberByEmail(pool, email)) === null) {
    const key = async (kind) => (await createKey(pool, { catalogue: id, kind, name: 'first', actor })).secret;
    const [publicKey, secretKey] = [await key('public'), await key('secret')];
    const password = randomBytes(15).toString('base64url');
    await createMember(pool, {
      email,
      name: 'Admin',
      password,
      memberships: [{ catalogue: id, role: 'admin' }],
    });
    console.log(JSON.stringify({ catalogue: id, publicKey, secretKey, email, password }, null, 2));
  }
} finally {
  await pool.end();
}
