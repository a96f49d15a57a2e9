import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const isTypeScript = import.meta.url.endsWith('.ts');

/**
 * How to start a thread whose compiled entry is `built`. Run from sources (tests do), it needs tsx for itself: Node
 * gives the process's loaders to no worker's entry.
 */
export function threadEntry(built: URL): { readonly entry: URL; readonly execArgv: string[] } {
  if (!isTypeScript) return { entry: built, execArgv: [] };
  const source = built.href.replace(/\.js$/, '.ts');
  // By its file: resolved by name, 'tsx/esm/api' would give its CommonJS twin.
  const home = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'));
  const tsx = new URL('./dist/esm/api/index.mjs', home);
  const code = `import { register } from ${JSON.stringify(tsx)}; register(); await import(${JSON.stringify(source)});`;
  return {
    entry: new URL(`data:text/javascript,${encodeURIComponent(code)}`),
    execArgv: ['--conditions=source'],
  };
}
