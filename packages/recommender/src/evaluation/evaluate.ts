import { itemNumber, KindlingError, seededRandom } from '@kindling/domain';
import type { TrainingParts } from '../rankers/ranker.js';
import { shuffledIndices } from '../shuffled-indices.js';
import type { TrainingData } from '../training/training-data.js';
import { caseMeasures, mainCutoff } from './case-measures.js';
import type { EvaluatedMethod, JudgedList } from './evaluated-method.js';
import { byTime, type EvaluationData, type EvaluationEvent } from './evaluation-data.js';
import {
  type Comparison,
  type EvaluationReport,
  type JudgedMethod,
  reportRows,
} from './evaluation-report.js';
import type { EvaluationCase, EvaluationTask, SplitName } from './evaluation-task.js';
import { JudgedSplitBuilder } from './judged-split.js';
import { coverageAt } from './metrics/coverage.js';
import { splitters } from './splits/index.js';

export interface EvaluationRequest {
  readonly data: EvaluationData;
  readonly split: SplitName;
  readonly seeds: readonly number[];
  readonly methods: readonly EvaluatedMethod[];
  readonly parts: Omit<TrainingParts, 'random'>;
  /** Judge at most so many people of a split, drawn by its seed; training is not cut. */
  readonly sample?: number;
  /** Hears of every task before it is judged, and of every list: for those who write them down. */
  readonly listener?: {
    task(task: EvaluationTask): Promise<void>;
    list(task: EvaluationTask, method: string, one: EvaluationCase, list: JudgedList): void;
  };
}

export interface Evaluation {
  readonly report: EvaluationReport;
  readonly comparisons: readonly Comparison[];
  /** People who were judged, a split. */
  readonly people: readonly number[];
}

/**
 * Judges every method on every split, on the same cases. Training sees the training events and the content of all
 * items, candidates' too, without supervision; nothing else. Memory: one split's model and lists at a time, and one
 * number a person, measure and method.
 */
export async function evaluate(request: EvaluationRequest): Promise<Evaluation> {
  const { data, split, methods, parts } = request;
  // one cut in time and one published split: further seeds would only break ties anew
  const seeds = split === 'temporal' || split === 'published' ? request.seeds.slice(0, 1) : request.seeds;
  const judged = methods.map(({ name, isDefault, isBaseline }) => ({
    name,
    isDefault,
    isBaseline,
    splits: [] as JudgedMethod['splits'][number][],
  }));
  const people: number[] = [];
  for (const seed of seeds) {
    const task = sampled(splitters[split](data, { seed }), request.sample);
    if (task.cases.length === 0) {
      throw new KindlingError(
        'BAD_INPUT',
        `Nobody in ${data.name} can be judged on the split ${split}: it needs people with events on both sides of the split (cold-users: more than 10 each).`,
      );
    }
    await request.listener?.task(task);
    const training = trainingOf(data, task);
    const persons = new Map([...new Set(task.cases.map(({ person }) => person))].map((one, at) => [one, at]));
    people.push(persons.size);
    for (const [index, method] of methods.entries()) {
      const stage = `seed ${seed}, ${method.name}`;
      const random = seededRandom(`${method.name} ${seed}`);
      const fitted = await method.fit(training, task, {
        ...parts,
        random,
        progress: (step, done, total) => parts.progress(`${stage}: ${step}`, done, total),
      });
      const builder = new JudgedSplitBuilder(persons.size);
      const context = contextOf(data, task);
      const shown: Int32Array[] = [];
      for (const [at, one] of task.cases.entries()) {
        parts.signal?.throwIfAborted();
        const list = await fitted.rank(one);
        const competing = task.candidates.length - context.known(one);
        builder.add(
          persons.get(one.person) ?? 0,
          one.slice,
          caseMeasures(list, { ...context, candidates: competing }),
        );
        shown.push(list.shown);
        request.listener?.list(task, method.name, one, list);
        parts.progress(stage, at + 1, task.cases.length);
      }
      judged[index]?.splits.push(builder.build(coverageAt(shown, mainCutoff, task.candidates.length)));
    }
  }
  const { rows, comparisons } = reportRows(judged, people, seededRandom(`bootstrap ${seeds.join(' ')}`));
  return { report: { dataset: data.name, split, seeds, rows }, comparisons, people };
}

function sampled(task: EvaluationTask, limit: number | undefined): EvaluationTask {
  if (limit === undefined) return task;
  const persons = [...new Set(task.cases.map(({ person }) => person))];
  const drawn = shuffledIndices(persons.length, seededRandom(`sample ${task.seed}`)).slice(0, limit);
  const kept = new Set([...drawn].map((at) => persons[at]));
  return { ...task, cases: task.cases.filter(({ person }) => kept.has(person)) };
}

/**
 * Numbers follow the order of the candidates, which is drawn: the pipeline breaks ties by number as the rankers do by
 * place, so of equal scores every method shows the same item, and luck with ties tells no methods apart.
 */
function trainingOf(data: EvaluationData, { train, candidates }: EvaluationTask): TrainingData {
  const numbers = new Int32Array(data.items.length);
  let drawn = 0;
  for (const item of candidates) numbers[item] = ++drawn;
  for (let item = 0; item < numbers.length; item++) if (numbers[item] === 0) numbers[item] = ++drawn;
  return {
    items: data.items.map((item, index) => ({ ...item, number: itemNumber(numbers[index] ?? 0) })),
    profiles: data.people,
    interactions: {
      profile: Int32Array.from(train, ({ person }) => person),
      item: Int32Array.from(train, ({ item }) => item),
      weight: Float32Array.from(train, ({ weight = 1 }) => weight),
      ...(train.every(({ atMs, position }) => atMs !== null || position !== null) && {
        order: placesInTime(train),
      }),
    },
  };
}

/** Place of each event when all are put in order. */
function placesInTime(events: EvaluationTask['train']): Float64Array {
  const places = new Float64Array(events.length);
  Int32Array.from(events, (_, at) => at)
    .sort((a, b) => compare(events[a], events[b]) || a - b)
    .forEach((at, place) => {
      places[at] = place;
    });
  return places;
}

const compare = (a: EvaluationEvent | undefined, b: EvaluationEvent | undefined) =>
  a && b ? byTime(a, b) : 0;

function contextOf(data: EvaluationData, { train, candidates }: EvaluationTask) {
  const eventsOf = new Int32Array(data.items.length);
  for (const { item } of train) eventsOf[item] = (eventsOf[item] ?? 0) + 1;
  const competes = new Uint8Array(data.items.length);
  for (const item of candidates) competes[item] = 1;
  return {
    eventsOf,
    people: new Set(train.map(({ person }) => person)).size,
    vectors: data.items.map(({ vector }) => vector),
    known: ({ history }: EvaluationCase) => history.filter((item) => competes[item] === 1).length,
  };
}
