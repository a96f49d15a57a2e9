import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Refusal } from './refusal.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Installs the packages that package-lock.json names, unless they are there. */
export async function install(say) {
  const lockFile = join(root, 'package-lock.json');
  const stampFile = join(root, 'node_modules', '.kindling-installed');
  const stamp = sha256([readFileSync(lockFile), process.platform, process.arch, process.versions.modules]);
  // build tools are missing after an install for production
  const whole = existsSync(join(root, 'node_modules', '.bin', 'turbo'));
  if (whole && readOrNull(stampFile) === stamp) return;
  if (!whole || !installedByHand(lockFile)) {
    say('installing packages (npm ci)');
    const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
    const { code, output } = await run(
      [...npm, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'],
      () => {},
      (seconds) => say(`installing packages: ${seconds} s`),
    );
    if (code !== 0) throw new Refusal(`"npm ci" failed: ${lastLines(output, /npm error/i)}`);
  }
  writeFileSync(stampFile, stamp);
}

/** npm writes its own record of what it installed; newer than the lock file, it is up to date. */
function installedByHand(lockFile) {
  const record = join(root, 'node_modules', '.package-lock.json');
  return existsSync(record) && statSync(record).mtimeMs >= statSync(lockFile).mtimeMs;
}

/** Builds what an installation runs. */
export const buildApps = (withConsole, say) =>
  build(
    ['@kindling/local', '@kindling/api', '@kindling/worker', ...(withConsole ? ['@kindling/console'] : [])],
    [
      'infra/local/dist/main.js',
      'apps/api/dist/main.js',
      'apps/worker/dist/main.js',
      ...(withConsole ? ['apps/console/.next/standalone/apps/console/server.js'] : []),
    ],
    say,
  );

/**
 * Builds workspaces with what they need, unless the sources are those of the last build. `packages` are
 * workspace names; `outputs` are files that must exist afterwards.
 */
export async function build(packages, outputs, say) {
  const stampFile = join(root, 'node_modules', `.kindling-built-${sha256(packages).slice(0, 8)}`);
  const stamp = hashSources();
  if (readOrNull(stampFile) === stamp && outputs.every((file) => existsSync(join(root, file)))) return;
  say('building');
  const turbo = [join(root, 'node_modules', '.bin', 'turbo'), 'run', 'build'];
  const filters = packages.map((name) => `--filter=${name}...`);
  let total = 0;
  let begun = 0;
  const { code } = await run([...turbo, ...filters, '--output-logs=hash-only', '--ui=stream'], (line) => {
    total = Number(/Running build in (\d+) packages/.exec(line)?.[1] ?? total);
    const task = /^(\S+):build: cache (hit|miss)/.exec(line);
    if (task)
      say(
        `building ${++begun}${total ? ` of ${total}` : ''}: ${task[1]}${task[2] === 'hit' ? ' (unchanged)' : ''}`,
      );
  });
  if (code !== 0) {
    // once more for its words: what succeeded comes from the cache
    const { output } = await run(
      [...turbo, ...filters, '--output-logs=errors-only', '--ui=stream'],
      () => {},
    );
    process.stderr.write(output);
    throw new Refusal('the build failed: its output is above.');
  }
  writeFileSync(stampFile, stamp);
}

const sourceRoots = ['apps', 'packages', 'prisma', 'infra'];
const rootFiles = ['package.json', 'package-lock.json', 'turbo.json', 'tsconfig.json', '.npmrc'];
const builtFolders = new Set([
  'node_modules',
  'dist',
  '.next',
  '.turbo',
  'coverage',
  'generated',
  '.kindling',
]);

function hashSources() {
  const hash = createHash('sha256').update(process.version);
  const visit = (path) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const child = `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!builtFolders.has(entry.name)) visit(child);
      } else if (!/\.test\.tsx?$|\.md$|next-env\.d\.ts$|\.tsbuildinfo$/.test(entry.name)) {
        hash.update(child).update(readFileSync(join(root, child)));
      }
    }
  };
  for (const file of rootFiles) hash.update(readFileSync(join(root, file)));
  for (const folder of sourceRoots) visit(folder);
  return hash.digest('hex');
}

/** Runs a command in the checkout; `onLine` sees its output, `onWait` is called every ten seconds. */
export function run([file, ...args], onLine, onWait) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        // every tool chooses its own; one left over in the shell would cost us the build tools
        NODE_ENV: undefined,
        TURBO_TELEMETRY_DISABLED: '1',
        NEXT_TELEMETRY_DISABLED: '1',
        NO_COLOR: '1',
        FORCE_COLOR: '0',
      },
    });
    const begun = Date.now();
    const timer = onWait && setInterval(() => onWait(Math.round((Date.now() - begun) / 1_000)), 10_000);
    const forward = (signal) => child.kill(signal);
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, forward);
    let output = '';
    let rest = '';
    const read = (chunk) => {
      output += chunk;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearInterval(timer);
      for (const name of ['SIGTERM', 'SIGINT']) process.off(name, forward);
      if (signal === 'SIGTERM' || signal === 'SIGINT') process.exit(1);
      resolve({ code: code ?? 1, output });
    });
  });
}

const readOrNull = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : null);

function sha256(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

function lastLines(output, pattern) {
  const lines = output.split('\n').filter((line) => pattern.test(line));
  return (lines.length > 0 ? lines.slice(0, 6) : output.trim().split('\n').slice(-3))
    .join(' ')
    .replace(/npm error\s*/gi, '');
}
