import { spawnSync } from 'node:child_process';
import { chownSync, lchownSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KindlingError } from '@kindling/domain';

/** How to run a program that refuses to be root. */
export interface Unprivileged {
  command(program: string, args: readonly string[]): { file: string; args: string[] };
  readonly spawnOptions: { uid?: number; gid?: number };
  /** Gives a folder, with everything in it, to the user that will run the program. */
  own(folder: string): void;
}

const asOurselves: Unprivileged = {
  command: (program, args) => ({ file: program, args: [...args] }),
  spawnOptions: {},
  own: () => {},
};

/**
 * Postgres refuses to run as root. As root we first try a user namespace, in which the process believes to be
 * somebody else but keeps root's access to its own files, also below a folder only root can enter. Where
 * namespaces are forbidden (many containers) it runs as "nobody", which must be able to reach the folder.
 */
export function unprivileged(): Unprivileged {
  if (process.getuid?.() !== 0) return asOurselves;
  return inUserNamespace() ?? asNobody();
}

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

function inUserNamespace(): Unprivileged | null {
  // Postgres looks its user up by number, so the number must belong to an account
  const account = accounts().find(({ uid }) => uid !== 0);
  if (account === undefined) return null;
  const prefix = ['-U', `--map-user=${account.uid}`, `--map-group=${account.gid}`];
  if (spawnSync('unshare', [...prefix, 'true'], { stdio: 'ignore', timeout: 5_000 }).status !== 0)
    return null;
  return {
    command: (program, args) => ({ file: 'unshare', args: [...prefix, '--', program, ...args] }),
    spawnOptions: {},
    own: () => {},
  };
}

function asNobody(): Unprivileged {
  const account = accounts().find(({ name }) => name === 'nobody');
  if (account === undefined) throw refusal('there is no account "nobody"');
  const { uid, gid } = account;
  return {
    command: (program, args) => ({ file: program, args: [...args] }),
    spawnOptions: { uid, gid },
    own: (folder) => {
      chownAll(folder, uid, gid);
      const reachable = spawnSync('test', ['-w', folder], { uid, gid, stdio: 'ignore', timeout: 5_000 });
      if (reachable.status !== 0) throw refusal(`the user "nobody" cannot reach ${folder}`);
    },
  };
}

const refusal = (why: string) =>
  new KindlingError(
    'UNSUPPORTED',
    `Postgres refuses to run as root, user namespaces are switched off here, and ${why}. ` +
      'Start as a normal user, choose a --data-dir everyone can enter (such as /var/lib/kindling), or set DATABASE_URL.',
  );

function accounts(): Account[] {
  try {
    return readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .filter((fields) => fields.length >= 4)
      .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  } catch {
    return [];
  }
}

function chownAll(path: string, uid: number, gid: number): void {
  chownSync(path, uid, gid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) chownAll(child, uid, gid);
    else lchownSync(child, uid, gid);
  }
}
