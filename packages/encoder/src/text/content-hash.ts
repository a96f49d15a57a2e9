import { createHash } from 'node:crypto';

/** SHA-256 of a text, in hex: equal hashes need no second inference. */
export function contentHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
