import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePortPair, root } from '../stack/stack.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kindling-refusals-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(...flags: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['infra/local/start.mjs', ...flags], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  const lines = `${stdout}${stderr}`.trim().split('\n');
  return { status, lines, line: lines.at(-1) ?? '' };
}

const listening = (port: number) =>
  new Promise<Server>((resolve) => {
    const server = createServer();
    server.listen(port, '127.0.0.1', () => resolve(server));
  });

test.each([
  ['API', 0],
  ['console', 1],
] as const)('a taken port of the %s is one line that names it', async (what, offset) => {
  const port = await freePortPair();
  const stranger = await listening(port + offset);
  const { status, lines, line } = start('--port', String(port), '--data-dir', folder);
  stranger.close();
  expect(status).toBe(1);
  expect(lines.length).toBe(1);
  expect(line).toContain(`port ${port + offset} for the ${what} is taken`);
});

test('a folder that cannot be written is one line that names it', () => {
  writeFileSync(join(folder, 'file'), '');
  const { status, lines, line } = start('--data-dir', join(folder, 'file', 'data'));
  expect(status).toBe(1);
  expect(lines.length).toBe(1);
  expect(line).toMatch(/the folder .*file\/data cannot be written/);
});

const mayMount = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

test.skipIf(!mayMount)('a read-only and a full disk are one line each', () => {
  mkdirSync(join(folder, 'disk'));
  const script = (options: string) => `mount -t tmpfs -o ${options} none "${folder}/disk" && exec "$@"`;
  const on = (options: string) => {
    const command = [process.execPath, 'infra/local/start.mjs', '--data-dir', join(folder, 'disk')];
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      ['-m', 'sh', '-c', script(options), 'sh', ...command],
      {
        cwd: root,
        encoding: 'utf8',
        timeout: 60_000,
      },
    );
    return { status, text: `${stdout}${stderr}`.trim() };
  };
  const full = on('size=20m');
  expect(full.status).toBe(1);
  expect(full.text).toMatch(/^Kindling stopped: only \d+ MB are free in .*\/disk/);
  expect(full.text.split('\n').length).toBe(1);
  const readOnly = on('ro');
  expect(readOnly.status).toBe(1);
  expect(readOnly.text).toMatch(/^Kindling stopped: the folder .*\/disk cannot be written \(EROFS\)/);
  expect(readOnly.text.split('\n').length).toBe(1);
});

test.each([
  [['--port', '0'], /--port 0 is not a port/],
  [['--port', 'x'], /--port x is not a port/],
  [['--colour'], /Unknown option '--colour'/],
] as const)('a wrong flag is one line: %j', (flags, message) => {
  const { status, lines, line } = start(...flags);
  expect(status).toBe(1);
  expect(lines.length).toBe(1);
  expect(line).toMatch(message);
});

test('an old Node is told so in one line', () => {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '18.20.0' }); import('./infra/local/start.mjs');`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', pretend], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr.trim()).toBe('Kindling needs Node 20.12 or newer; this is Node 18.20.0.');
});

test('--help starts nothing and lists every flag', () => {
  const { status, lines } = start('--help');
  expect(status).toBe(0);
  for (const flag of ['--port', '--data-dir', '--no-demo', '--no-console', '--help']) {
    expect(lines.join('\n')).toContain(flag);
  }
});
