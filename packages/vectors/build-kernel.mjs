import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

/**
 * Compiles kernel/kernel.ts to a WebAssembly file. Processes may do so at the same time (tests of several packages):
 * each writes a file of its own and renames it.
 */
export async function buildKernel(target) {
  const folder = fileURLToPath(new URL('./kernel/', import.meta.url));
  let wasm;
  const { error, stderr } = await asc.main(
    [
      'kernel.ts',
      '--baseDir',
      folder,
      '--outFile',
      'kernel.wasm',
      '--runtime',
      'stub',
      '--noAssert',
      '--optimizeLevel',
      '3',
      '--shrinkLevel',
      '0',
      '--converge',
      '--enable',
      'simd',
      '--initialMemory',
      '1',
      '--maximumMemory',
      '65536',
    ],
    {
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm')) wasm = contents;
      },
    },
  );
  if (error || !wasm) throw new Error(`The vector kernel does not compile:\n${stderr}`, { cause: error });
  await mkdir(dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}`;
  await writeFile(temporary, wasm);
  await rename(temporary, target);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildKernel(fileURLToPath(new URL('./dist/embedded/kernel.wasm', import.meta.url)));
}
