import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison, EvaluationRequest } from '@kindling/recommender';
import type { DataSet } from './read-data-set.js';

const readme = (notes: readonly string[]) => `# An exported evaluation

A folder a seed. Ids are those of the data set.

- train.csv: user,item that training saw, with the time in milliseconds or the position where the data set has one.
- candidates.csv: item; all of them compete for everybody, but for those in a person's history.
- cases.jsonl: {"user", "slice", "history": [item, oldest first], "targets": [item]}; one line a list to be made.
- lists.jsonl: {"method", "user", "slice", "items": [the first 50, best first], "targetRanks": [from 0, of all targets]}.

comparisons.json: how far the default leads in NDCG@20, with a 95 % interval and p corrected by Holm.

${notes.map((note) => `- ${note}`).join('\n')}
`;

/** Writes down the task and the lists while they are made, so that other programs can run on exactly the same. */
export class EvaluationExport {
  #lists: number | null = null;

  constructor(
    private readonly folder: string,
    private readonly data: DataSet,
  ) {
    mkdirSync(folder, { recursive: true });
  }

  readonly listener: NonNullable<EvaluationRequest['listener']> = {
    task: async ({ seed, train, candidates, cases }) => {
      const folder = join(this.folder, `seed-${seed}`);
      mkdirSync(folder, { recursive: true });
      this.#close();
      write(folder, 'train.csv', 'user,item,atMs,position', train, ({ person, item, atMs, position }) =>
        [cell(this.#user(person)), cell(this.#item(item)), atMs ?? '', position ?? ''].join(','),
      );
      write(folder, 'candidates.csv', 'item', [...candidates], (item) => cell(this.#item(item)));
      write(folder, 'cases.jsonl', null, cases, ({ person, slice, history, targets }) =>
        JSON.stringify({
          user: this.#user(person),
          slice,
          history: this.#ids(history),
          targets: this.#ids(targets),
        }),
      );
      this.#lists = openSync(join(folder, 'lists.jsonl'), 'w');
    },
    list: (_task, method, { person, slice }, { shown, ranks }) => {
      if (this.#lists === null) return;
      const line = {
        method,
        user: this.#user(person),
        slice,
        items: this.#ids(shown),
        targetRanks: [...ranks],
      };
      writeSync(this.#lists, `${JSON.stringify(line)}\n`);
    },
  };

  finish(notes: readonly string[], comparisons: readonly Comparison[]): void {
    this.#close();
    writeFileSync(join(this.folder, 'README.md'), readme(notes));
    writeFileSync(join(this.folder, 'comparisons.json'), `${JSON.stringify(comparisons, null, 2)}\n`);
  }

  #close(): void {
    if (this.#lists !== null) closeSync(this.#lists);
    this.#lists = null;
  }

  #user(person: number): string {
    return this.data.people[person] ?? '';
  }

  #item(item: number): string {
    return this.data.items[item]?.id ?? '';
  }

  #ids(items: Int32Array): string[] {
    return Array.from(items, (item) => this.#item(item));
  }
}

const cell = (value: string) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

function write<Row>(
  folder: string,
  name: string,
  head: string | null,
  rows: readonly Row[],
  lineOf: (row: Row) => string,
): void {
  const lines = rows.map(lineOf);
  writeFileSync(join(folder, name), `${[...(head === null ? [] : [head]), ...lines].join('\n')}\n`);
}
