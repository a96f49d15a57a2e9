import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compileWasm, type WasmModule } from './web-assembly.js';

const isTypeScript = import.meta.url.endsWith('.ts');
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The compiled kernel. A build has it beside this file. Run from sources (tests, also those of other packages), it is
 * compiled when it is missing; its name carries the hash of its source, so that an old one is never taken.
 */
export async function loadKernelModule(): Promise<WasmModule> {
  const file = isTypeScript ? await fromSource() : at('./kernel.wasm');
  return compileWasm(new Uint8Array(await readFile(file)));
}

async function fromSource(): Promise<string> {
  const builder = at('../../build-kernel.mjs');
  const hash = createHash('sha256');
  for (const source of [at('../../kernel/kernel.ts'), builder]) hash.update(await readFile(source));
  const file = at(`../../dist/embedded/kernel-${hash.digest('hex').slice(0, 12)}.wasm`);
  if (!(await exists(file))) {
    const { buildKernel } = (await import(builder)) as { buildKernel(target: string): Promise<void> };
    await buildKernel(file);
  }
  return file;
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
