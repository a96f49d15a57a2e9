import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../run.js';

const front = {
  key: 'front',
  kind: 'pin',
  priority: 3,
  condition: { placements: ['home'] },
  arguments: { position: 1, itemId: 'film-1' },
  status: 'PUBLISHED',
  revision: 4,
};
const old = { ...front, key: 'old', status: 'ARCHIVED', revision: 2 };
const strategy = { key: 'default', version: 7, name: 'Default', config: {} };

let folder: string;
let server: Server;
let url: string;
/** What was sent to be saved. */
let saved: { [input: string]: unknown }[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kindling-rules-'));
  saved = [];
  // The admin API as far as the command speaks to it; the story in test/ runs it against the real one.
  server = createServer(async (request, response) => {
    const { query, variables } = JSON.parse(await textOf(request));
    if (query.startsWith('mutation')) saved.push(...(variables.inputs ?? [variables.input]));
    const data = query.includes('saveRules')
      ? { saveRules: variables.inputs.map(({ key }: { key: string }) => ({ key, problems: [] })) }
      : query.includes('saveStrategy')
        ? { saveStrategy: { version: 8 } }
        : { rules: [front, old], strategies: [strategy] };
    response.end(JSON.stringify({ data }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += piece;
  return text;
}

async function rules(...args: string[]) {
  const [out, remarks]: [string[], string[]] = [[], []];
  const code = await run(['rules', ...args], {
    environment: { url, key: 'sk_test', workingDirectory: folder },
    out: (text) => out.push(text),
    remark: (text) => remarks.push(text),
    isTerminal: false,
    signal: new AbortController().signal,
  });
  return { code, out: out.join(''), remarks: remarks.join('') };
}
const write = (name: string, content: unknown) => {
  mkdirSync(join(folder, 'git', name, '..'), { recursive: true });
  writeFileSync(join(folder, 'git', name), typeof content === 'string' ? content : JSON.stringify(content));
};
const file = (name: string) => readFileSync(join(folder, 'git', name), 'utf8');

describe('rules as files', () => {
  it('are readable, in a fixed order, and unchanged when they come back', async () => {
    write('rules/gone.json', {});
    const { out, remarks } = await rules('export', 'git');
    expect(out).toBe('1 rules, 1 strategies\n');
    expect(remarks).toContain('rules/gone.json is not on the server any more');
    expect(readdirSync(join(folder, 'git/rules'))).toEqual(['front.json', 'gone.json']);
    expect(Object.keys(JSON.parse(file('rules/front.json')))).toEqual([
      'key',
      'kind',
      'priority',
      'condition',
      'arguments',
    ]);
    expect(Object.keys(JSON.parse(file('rules/front.json')).arguments)).toEqual(['itemId', 'position']);
    const before = file('strategies/default.json');
    await rules('export', 'git');
    expect(file('strategies/default.json')).toBe(before);
    rmSync(join(folder, 'git/rules/gone.json'));
    const back = await rules('import', 'git');
    expect(back.out).toContain('0 to create, 0 to update, 2 unchanged');
    expect(saved).toEqual([]);
  });

  it('become drafts where they differ, with the revision that was compared', async () => {
    await rules('export', 'git');
    const { status: _, revision: __, ...content } = front;
    write('rules/front.json', { ...content, priority: 5 });
    write('rules/old.json', { ...content, key: 'old' });
    write('rules/fresh.json', { key: 'fresh', kind: 'boost', arguments: { weight: 0.1 } });
    const dry = await rules('import', 'git', '--dry-run');
    expect(dry.out).toMatch(
      /create +rules\/fresh\.json\nupdate +rules\/front\.json\nupdate +rules\/old\.json/,
    );
    expect(dry.out).toContain('Nothing was written: 1 to create, 2 to update, 1 unchanged');
    expect(saved).toEqual([]);
    expect((await rules('import', 'git')).code).toBe(0);
    expect(saved.map(({ key, expectedRevision }) => [key, expectedRevision])).toEqual([
      ['fresh', 0],
      ['front', 4],
      ['old', 2],
    ]);
  });

  it('that are wrong are all told with file, field and fix, and nothing is sent', async () => {
    write('rules/a.json', { key: 'b', kind: 'boost', arguments: { weight: 9 } });
    write('rules/c.json', { key: 'c', kind: 'bost', arguments: {} });
    write('rules/d.json', '{ "key": ');
    write('rules/e.json', { key: 'e', kind: 'boost', arguments: { weight: 0.1 }, conditions: {} });
    write('strategies/f.json', { key: 'f', name: 'F', config: { weights: { freshness: 7 } } });
    const { code, remarks } = await rules('import', 'git');
    expect(code).toBe(1);
    for (const line of [
      /^rules\/a\.json: key is not the name of the file\. Write "key": "a"/m,
      /^rules\/a\.json: arguments\.weight .+\. Write \d+(\.\d+)? or less\.$/m,
      /^rules\/c\.json: kind .+ Write one of pin, boost, /m,
      /^rules\/d\.json: is no JSON/m,
      /^rules\/e\.json: conditions is not known\. Remove it/m,
      /^strategies\/f\.json: config\.weights\.freshness .+ or less\.$/m,
    ]) {
      expect(remarks).toMatch(line);
    }
    expect(saved).toEqual([]);
  });

  it('save strategies only when they are asked to: those serve at once', async () => {
    write('strategies/default.json', { key: 'default', name: 'Other', config: {} });
    const without = await rules('import', 'git');
    expect(without.remarks).toContain('1 strategies were not saved');
    expect(without.out).toContain('0 to create, 0 to update, 0 unchanged');
    expect(saved).toEqual([]);
    await rules('import', 'git', '--strategies');
    expect(saved).toMatchObject([{ key: 'default', name: 'Other', expectedVersion: 7 }]);
  });

  it('that are nowhere are said to be', async () => {
    const { code, remarks } = await rules('import', 'nowhere');
    expect([code, remarks]).toEqual([1, expect.stringContaining('There are no files in')]);
  });
});
