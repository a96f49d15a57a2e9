import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from './run.js';

/** The admin API as far as the commands speak to it: what it was asked, and what it answers. */
interface StubApi {
  readonly url: string;
  readonly requests: { path: string; key: string | undefined; body: string }[];
  answer: (query: string) => object;
}

const finished = {
  id: 'run-1',
  status: 'SUCCEEDED',
  dryRun: false,
  fileName: 'films.csv',
  format: 'CSV',
  totalBytes: 10,
  readBytes: 10,
  rows: 3,
  created: 3,
  updated: 0,
  unchanged: 0,
  rejected: 0,
  rowsPerSecond: 30,
  etaSeconds: null,
  error: null,
  rejectsUrl: null,
};

let folder: string;
let api: StubApi;
let server: Server;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kindling-cli-'));
  writeFileSync(join(folder, 'films.csv'), 'id,title\n1,One\n');
  server = createServer(async (request, response) => {
    const body = await textOf(request);
    api.requests.push({ path: request.url ?? '', key: request.headers.authorization, body });
    if (request.url?.endsWith('.csv') && request.method === 'GET') response.end('line,field\r\n2,title\r\n');
    else if (request.url?.startsWith('/admin/files')) response.end('{"fileId":"file-1"}');
    else response.end(JSON.stringify(api.answer((JSON.parse(body) as { query: string }).query)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  api = {
    url: `http://127.0.0.1:${port}`,
    requests: [],
    answer: () => ({ data: { importCatalogue: finished } }),
  };
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

async function kindling(args: readonly string[], connected = true) {
  let out = '';
  let remarks = '';
  const code = await run(args, {
    environment: {
      url: connected ? api.url : undefined,
      key: connected ? 'sk_test' : undefined,
      workingDirectory: folder,
    },
    out: (text) => {
      out += text;
    },
    remark: (text) => {
      remarks += text;
    },
    isTerminal: false,
    signal: new AbortController().signal,
  });
  return { code, out, remarks };
}

test('a file is sent with its mapping, and its counts are told', async () => {
  const { code, out } = await kindling([
    'import',
    'films.csv',
    '--map',
    'a=b=title',
    '--format',
    'csv',
    '--dry-run',
  ]);
  expect(code).toBe(0);
  expect(out).toBe('films.csv: 3 rows, 3 created, 0 updated, 0 unchanged, 0 rejected\n');
  const [upload, started] = api.requests;
  expect(upload).toMatchObject({
    path: '/admin/files?name=films.csv',
    key: 'Bearer sk_test',
    body: 'id,title\n1,One\n',
  });
  expect(JSON.parse(started?.body ?? '').variables.input).toEqual({
    fileId: 'file-1',
    mapping: [{ column: 'a=b', field: 'title' }],
    dryRun: true,
    format: 'CSV',
  });
});

test('rejected rows are an exit code of their own, are shown, and can be saved', async () => {
  const run = { ...finished, created: 2, rejected: 1, rejectsUrl: '/admin/imports/run-1/rejects.csv' };
  const nodes = [
    { line: 2, field: 'title', code: 'MISSING', message: 'is empty', fix: 'Give every row a title.' },
  ];
  api.answer = (query) => ({
    data: query.includes('rejects(') ? { importRun: { rejects: { nodes } } } : { importCatalogue: run },
  });
  const { code, remarks } = await kindling(['import', 'films.csv', '--rejects', 'bad.csv']);
  expect(code).toBe(3);
  expect(remarks).toContain('line 2: title is empty. Give every row a title.');
  expect(readFileSync(join(folder, 'bad.csv'), 'utf8')).toBe('line,field\r\n2,title\r\n');
});

test('an import that fails says why, in one line', async () => {
  const error = 'No column holds the id.';
  api.answer = () => ({ data: { importCatalogue: { ...finished, status: 'FAILED', error } } });
  const { code, out, remarks } = await kindling(['import', 'films.csv']);
  expect([code, out, remarks]).toEqual([1, '', `kindling: films.csv was not imported: ${error}\n`]);
});

const running = {
  id: 'run-2',
  status: 'QUEUED',
  stage: null,
  done: 0,
  total: 0,
  attempt: 0,
  error: null,
  modelId: null,
};
const level = (mean: number) => ({ mean, low: mean - 0.02, high: mean + 0.02 });
const model = {
  number: 7,
  status: 'ACTIVE',
  gate: {
    verdict: 'PASSED',
    metric: 'ndcg@20',
    margin: 0.01,
    leastPeople: 30,
    slices: [{ slice: 'COLD_ITEMS', people: 80, difference: level(0.03), verdict: 'PASSED' }],
  },
  metrics: [
    {
      slice: 'COLD_ITEMS',
      people: 80,
      metrics: [{ name: 'ndcg@20', value: level(0.3), active: level(0.27), untrained: level(0.11) }],
      baselines: [{ method: 'item-kNN', metrics: [{ name: 'ndcg@20', value: level(0.15) }] }],
    },
  ],
  data: { events: 1_200, interactions: 900, profiles: 90, items: 66 },
  cost: { durationMs: 8_000, cpuSeconds: 12, peakMemoryBytes: 250e6, energyJoules: 120 },
};
/** Answers as the API does while a training runs to that end. */
const train = (end: Partial<Record<keyof typeof running, unknown>>, made: object = model) => {
  api.answer = (query) => {
    if (query.includes('startTraining')) return { data: { startTraining: running } };
    if (query.includes('model(id')) return { data: { model: made } };
    return { data: { trainingRun: { ...running, attempt: 1, ...end } } };
  };
};

test('a training is followed to its end, and what its model can do is told beside what served before', async () => {
  train({ status: 'SUCCEEDED', modelId: 'm7' });
  const { code, out } = await kindling(['train', '--note', 'the winter range', '--baselines']);
  expect(code).toBe(0);
  expect(JSON.parse(api.requests[0]?.body ?? '').variables).toEqual({
    input: { note: 'the winter range', baselines: true },
  });
  expect(out).toContain(
    'cold items 0.300 (0.280 to 0.320), the one before 0.270, without a model 0.110; 80 people',
  );
  expect(out).toContain('0.150 (0.130 to 0.170) item-kNN');
  expect(out).toContain('gate: passed, on no cold slice worse by more than 0.01');
  expect(out).toContain('it serves now');
});

test('a model that its gate keeps back is an exit code of its own, with the reason', async () => {
  const gate = { ...model.gate, verdict: 'FAILED', slices: [{ ...model.gate.slices[0], verdict: 'FAILED' }] };
  train({ status: 'SUCCEEDED', modelId: 'm7' }, { ...model, status: 'READY', gate });
  const { code, out } = await kindling(['train']);
  expect(code).toBe(3);
  expect(out).toContain('gate: failed on cold items: it may be worse by more than 0.01');
  expect(out).toContain('it does not serve');
});

test('a training that fails says why, in one line', async () => {
  train({ status: 'FAILED', error: 'There are no events.' });
  const { code, remarks } = await kindling(['train']);
  expect([code, remarks]).toEqual([1, 'kindling: The training failed: There are no events.\n']);
});

test('a training can be asked for without waiting', async () => {
  train({});
  const { code, out } = await kindling(['train', '--no-wait']);
  expect([code, out]).toEqual([0, 'training run-2 is QUEUED\n']);
});

const evaluating = {
  id: 'e-1',
  status: 'RUNNING',
  split: 'COLD_ITEMS',
  seed: 1,
  method: 'item-kNN',
  done: 50,
  total: 200,
  attempt: 1,
  error: null,
};
const judged = {
  results: [
    {
      split: 'COLD_ITEMS',
      problem: null,
      seeds: [1, 2],
      people: [40, 41],
      rows: [
        {
          method: 'kindling default',
          isDefault: true,
          isBaseline: false,
          metrics: [{ name: 'ndcg@20', value: level(0.3) }],
        },
        {
          method: 'popularity',
          isDefault: false,
          isBaseline: true,
          metrics: [{ name: 'ndcg@20', value: level(0.1) }],
        },
      ],
      comparisons: [{ method: 'popularity', difference: level(0.2), p: 0.03 }],
    },
    {
      split: 'COLD_USERS',
      problem: 'Nobody can be judged.',
      seeds: [],
      people: [],
      rows: [],
      comparisons: [],
    },
  ],
};
/** Answers as the API does while an evaluation runs to that end. */
const evaluation = (end: object) => {
  api.answer = (query) => {
    if (query.includes('startEvaluation')) return { data: { startEvaluation: evaluating } };
    if (query.includes('results')) return { data: { evaluation: judged } };
    return { data: { evaluation: { ...evaluating, ...end } } };
  };
};

test("a catalogue's own events are evaluated by the server: followed to the end, with a table a split", async () => {
  evaluation({ status: 'SUCCEEDED', done: 200 });
  const { code, out } = await kindling([
    'evaluate',
    '--seeds',
    '2',
    '--users',
    '50',
    '--json',
    'report.json',
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(api.requests[0]?.body ?? '').variables).toEqual({
    input: { splits: ['COLD_ITEMS', 'COLD_USERS'], seeds: 2, people: 50 },
  });
  expect(out).toContain("the catalogue's own events, cold-items, seeds 1 2, 40 + 41 people judged");
  expect(out).toMatch(/kindling default \* +0\.3000 +0\.2800 to 0\.3200/);
  expect(out).toMatch(/popularity +0\.1000 .* \+0\.2000 +0\.030/);
  expect(out).toContain('cold-users: Nobody can be judged.');
  const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
  expect(report).toMatchObject({ split: 'cold-items', seeds: [1, 2] });
  expect(report.rows[1]).toMatchObject({ method: 'popularity', metrics: { 'ndcg@20': { mean: 0.1 } } });
});

test('an evaluation that fails says why, and one can be asked for without waiting', async () => {
  evaluation({ status: 'FAILED', error: 'There are no events.' });
  const { code, remarks } = await kindling(['evaluate', '--split', 'warm']);
  expect(code).toBe(1);
  expect(remarks).toContain('kindling: The evaluation failed: There are no events.\n');
  const asked = await kindling(['evaluate', '--split', 'warm', '--split', 'overall', '--no-wait']);
  expect([asked.code, asked.out]).toEqual([0, 'evaluation e-1 is RUNNING\n']);
  expect(JSON.parse(api.requests.at(-1)?.body ?? '').variables.input).toEqual({
    splits: ['WARM', 'OVERALL'],
    seeds: 3,
  });
});

test('what the server refuses is passed on', async () => {
  api.answer = () => ({ errors: [{ message: 'This operation needs the role merchandiser.' }] });
  const { code, remarks } = await kindling(['embed']);
  expect([code, remarks]).toEqual([1, 'kindling: This operation needs the role merchandiser.\n']);
});

test('a server that is not there is one clear line', async () => {
  server.close();
  const { code, remarks } = await kindling(['embed']);
  expect(code).toBe(1);
  expect(remarks).toMatch(
    /^kindling: No server answers at http:\/\/127\.0\.0\.1:\d+: start Kindling with "npm start"\.\n$/,
  );
  const nowhere = await kindling(['embed'], false);
  expect(nowhere.remarks).toMatch(/^kindling: Kindling is not running here: .*\n$/);
});

test('the address and key that npm start wrote down are found from a folder below', async () => {
  api.answer = () => ({
    data: {
      embeddingProgress: {
        modelId: 'm',
        total: 2,
        encoded: 2,
        waiting: 0,
        failed: 0,
        itemsPerSecond: null,
        etaSeconds: null,
      },
    },
  });
  mkdirSync(join(folder, '.kindling'));
  writeFileSync(
    join(folder, '.kindling', 'local.json'),
    JSON.stringify({ admin: `${api.url}/admin/graphql`, secretKey: 'sk_local' }),
  );
  mkdirSync(join(folder, 'below'));
  folder = join(folder, 'below');
  const { code, out } = await kindling(['embed', '--wait'], false);
  folder = join(folder, '..');
  expect([code, out]).toEqual([0, '2 of 2 items encoded, 0 waiting, 0 failed (m)\n']);
  expect(api.requests[0]?.key).toBe('Bearer sk_local');
});

test('a key of another catalogue than the one that was named stops the command before anything is sent', async () => {
  api.answer = () => ({ data: { catalogue: { id: 'films' } } });
  const { code, remarks } = await kindling(['import', 'films.csv', '--catalogue', 'shop']);
  expect(code).toBe(1);
  expect(remarks).toContain('belongs to the catalogue "films", not to "shop"');
  expect(api.requests.map(({ path }) => path)).toEqual(['/admin/graphql']);
});

test.each([
  [['unknown'], /no command "unknown"/],
  [['import'], /which file/],
  [['import', 'films.csv', '--map', 'broken'], /COLUMN=FIELD/],
  [['import', 'films.csv', '--format', 'xls'], /csv, tsv or jsonl/],
  [['import', 'films.csv', '--nonsense'], /--nonsense/],
  [['keys', 'lose'], /list, create or revoke/],
  [['bench', 'nothing'], /bench wants one of/],
  [['evaluate', '--data', '.'], /wants one --split/],
  [['evaluate', '--split', 'published'], /needs --data/],
  [['evaluate', '--split', 'sideways'], /not "sideways"/],
  [['evaluate', '--export', 'out'], /--export goes with --data/],
])('a command line that is not understood ends with 2 and says what is wrong: %j', async (args, message) => {
  const { code, remarks } = await kindling(args);
  expect(code).toBe(2);
  expect(remarks).toMatch(message);
  expect(remarks.trim().split('\n')).toHaveLength(1);
});

test.each([
  [['--help']],
  [['import', '--help']],
  [['embed', '-h']],
  [['keys', '--help']],
  [['bench', '--help']],
])('%j explains itself', async (args) => {
  const { code, out } = await kindling(args);
  expect(code).toBe(0);
  expect(out).toMatch(/kindling/);
});

test('a file that is not there is said so', async () => {
  const { code, remarks } = await kindling(['import', 'nowhere.csv']);
  expect([code, remarks]).toEqual([1, `kindling: There is no file ${join(folder, 'nowhere.csv')}.\n`]);
});
