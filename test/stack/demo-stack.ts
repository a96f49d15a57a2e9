import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { graphql, type LocalFile, Stack } from './stack.js';

declare module 'vitest' {
  interface ProvidedContext {
    demo: { readonly dataDir: string; readonly text: string };
  }
}

/** Starts the demo once, as `npm start` does on a fresh machine, for every test that only reads or adds to it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stack = await Stack.start();
  project.provide('demo', { dataDir: stack.dataDir, text: stack.text });
  return () => stack.stopAndForget();
}

/** The demo from inside a test. */
export function demo() {
  const { dataDir, text } = inject('demo');
  const local = JSON.parse(readFileSync(join(dataDir, 'local.json'), 'utf8')) as LocalFile;
  return {
    dataDir,
    /** What `npm start` printed until it was ready. */
    text,
    local,
    query: <Data>(query: string, variables: object = {}) =>
      graphql<Data>(local.graphql, local.publicKey, query, variables),
    admin: <Data>(query: string, variables: object = {}) =>
      graphql<Data>(local.admin, local.secretKey, query, variables),
  };
}
