import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { operationTexts } from './operations.js';

/** `npm run manifest -w @kindling/client`, after an operation has changed; a test fails until it has run. */
export function manifestSource(): string {
  const lines = Object.entries(operationTexts).map(
    ([name, text]) => `  ${name}: '${createHash('sha256').update(text).digest('hex')}',`,
  );
  return `/** SHA-256 of the operations' texts: written by write-manifest.ts. */
export const documentIds = {
${lines.join('\n')}
} as const;
`;
}

if (process.argv[1]?.endsWith('write-manifest.ts')) {
  writeFileSync(new URL('./manifest.ts', import.meta.url), manifestSource());
}
