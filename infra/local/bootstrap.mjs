import { resolve } from 'node:path';
import { help, parseOptions } from './options.mjs';
import { checkFolder, checkPort } from './preflight.mjs';
import { buildApps, install, root } from './prepare.mjs';
import { orOneLine } from './refusal.mjs';
import { claimFolder } from './running.mjs';

/**
 * The part of `npm start` that runs before anything is installed or built: plain Node without a dependency.
 * Whatever can be refused is refused here, before minutes are spent.
 */
export const bootstrap = (args) =>
  orOneLine(async () => {
    const begun = Date.now();
    const options = parseOptions(args);
    if (options.help) {
      console.log(help);
      return;
    }
    const say = (message) => console.log(`${seconds(begun)}  ${message}`);
    // npm goes to the root first; a path is meant from where the command was typed
    const from = process.env.INIT_CWD ?? process.cwd();
    const dataDir = options.dataDir ? resolve(from, options.dataDir) : resolve(root, '.kindling');
    checkFolder(dataDir);
    const running = await claimFolder(dataDir, (name, pid) =>
      say(`stopping the ${name} of an earlier start (process ${pid})`),
    );
    process.once('exit', () => running.release());
    await checkPort(options.port, 'API');
    if (options.console) await checkPort(options.port + 1, 'console');
    await install(say);
    await buildApps(options.console, say);
    const { launch } = await import('./dist/main.js');
    await launch({ ...options, dataDir, root, say, running });
  });

const seconds = (begun) => `${((Date.now() - begun) / 1_000).toFixed(1).padStart(6)} s`;
