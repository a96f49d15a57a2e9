import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { minilm } from './index.js';

describe('the packaged model', () => {
  it.each(Object.entries(minilm.sha256))('carries %s unchanged', async (file, sha256) => {
    const bytes = await readFile(join(minilm.folder, file));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  });

  it('says the same in its manifest as in its code', async () => {
    const { folder: _, ...said } = minilm;
    expect(JSON.parse(await readFile(join(minilm.folder, 'kindling-model.json'), 'utf8'))).toMatchObject(
      said,
    );
  });
});
