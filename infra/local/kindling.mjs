// `npm run kindling -- …`: the command line of this checkout, built when its sources changed.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, install, root } from './prepare.mjs';
import { orOneLine } from './refusal.mjs';

// progress goes to stderr: what a command prints on stdout (JSON of `bench`) stays clean
const say = (message) => console.error(message);

await orOneLine(async () => {
  await install(say);
  await build(['@kindling/cli'], ['apps/cli/dist/main.js'], say);
});
const child = spawn(process.execPath, [join(root, 'apps/cli/dist/main.js'), ...process.argv.slice(2)], {
  cwd: process.env.INIT_CWD ?? root,
  stdio: 'inherit',
});
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal));
child.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
