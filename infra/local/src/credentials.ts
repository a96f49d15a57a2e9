import { randomBytes } from 'node:crypto';
import { catalogueId } from '@kindling/domain';
import {
  createCatalogue,
  createKey,
  createMember,
  findCatalogue,
  findKey,
  findMemberByEmail,
  type Pool,
  secretSha256,
  verifyPassword,
} from '@kindling/storage';
import type { LocalFile } from './local-file.js';

export type Credentials = Pick<
  LocalFile,
  'catalogue' | 'publicKey' | 'secretKey' | 'consoleEmail' | 'consolePassword'
>;

const catalogue = 'demo';
/** These films have no description, and what else is known of them (distributor, length, rating) is not content. */
const textTemplate = '{categories}: {title}\n{description}\n{tags}';
const consoleEmail = 'admin@kindling.local';
const actor = 'npm start';

/**
 * The catalogue, its two keys and the console's member. Those of an earlier start go on; what the database does
 * not know (a first start, a new database, a lost local.json) is made.
 */
export async function ensureCredentials(pool: Pool, earlier: Credentials | null): Promise<Credentials> {
  if ((await findCatalogue(pool, catalogueId(catalogue))) === null) {
    await createCatalogue(pool, {
      id: catalogue,
      name: 'Films (demo)',
      scenario: 'streaming',
      textTemplate,
      actor,
    });
  }
  return {
    catalogue,
    publicKey: await ensureKey(pool, 'public', earlier?.publicKey),
    secretKey: await ensureKey(pool, 'secret', earlier?.secretKey),
    consoleEmail,
    consolePassword: await ensureMember(pool, earlier?.consolePassword),
  };
}

async function ensureKey(pool: Pool, kind: 'public' | 'secret', earlier?: string): Promise<string> {
  if (earlier !== undefined && (await findKey(pool, secretSha256(earlier))) !== null) return earlier;
  const { secret } = await createKey(pool, { catalogue, kind, name: 'made by npm start', actor });
  return secret;
}

async function ensureMember(pool: Pool, earlier?: string): Promise<string> {
  const found = await findMemberByEmail(pool, consoleEmail);
  if (found?.passwordHash && earlier && (await verifyPassword(found.passwordHash, earlier))) return earlier;
  const password = randomBytes(15).toString('base64url');
  await createMember(pool, {
    email: consoleEmail,
    name: 'Local admin',
    password,
    memberships: [{ catalogue, role: 'admin' }],
  });
  return password;
}
