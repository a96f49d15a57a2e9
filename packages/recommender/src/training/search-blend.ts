import { type Blend, largest, singles } from './blend.js';
import type { BlendJudge } from './blend-judge.js';
import { type FusedScorer, fusedScorers } from './fusion.js';

type Move<Value> = (value: Value) => Value;

/** A gain below this is noise, and following it only takes time. */
const leastGain = 1.001;

/** Coordinate search: each move in turn, kept where it helps, until none does. A move that does nothing returns its argument. */
function climb<Value>(from: Value, moves: readonly Move<Value>[], worthOf: (value: Value) => number): Value {
  let at = { value: from, worth: worthOf(from) };
  for (let improved = true; improved; ) {
    improved = false;
    for (const move of moves) {
      const value = move(at.value);
      if (value === at.value) continue;
      const worth = worthOf(value);
      if (worth <= at.worth * leastGain) continue;
      at = { value, worth };
      improved = true;
    }
  }
  return at.value;
}

export function bestOf<Value>(values: readonly Value[], worthOf: (value: Value) => number): Value {
  const valued = values.map((value) => ({ value, worth: worthOf(value) }));
  return valued.reduce((best, one) => (one.worth > best.worth ? one : best)).value;
}

const even: Blend = { prior: 1, together: 0.2, alike: 0.1, factors: 0.1, content: 0.2 };

const blendMoves: readonly Move<Blend>[] = [
  ...[0, 0.3, 0.6, 1.6, 3, 10].map(
    (factor): Move<Blend> =>
      (blend) => ({ ...blend, prior: blend.prior * factor }),
  ),
  ...fusedScorers.flatMap((scorer): readonly Move<Blend>[] => [
    ...[0, 0.3, 0.6, 1.6, 3].map(
      (factor): Move<Blend> =>
        (blend) => ({ ...blend, [scorer]: blend[scorer] * factor }),
    ),
    (blend) => (blend[scorer] === 0 ? { ...blend, [scorer]: 0.1 * largest(blend) } : blend),
  ]),
].map((move) => (blend) => {
  const moved = move(blend);
  return largest(moved) === 0 ? blend : moved;
});

/** The blend for people with so many likes, from what suits others, and from every single scorer that is any good. */
export function searchBlend(judge: BlendJudge, likings: number, from: readonly Blend[]): Blend {
  const worthOf = (blend: Blend) => judge.value(blend, likings);
  return climb(bestOf([...from, even, ...singles], worthOf), blendMoves, worthOf);
}

/**
 * One blend for everybody: scorers that weigh the same at any number n of likes, beside a prior that fades,
 * share(n) = n / (n + halfAt). Five numbers, chosen on all held-out people together: where these are few, a choice for
 * each n follows chance.
 */
export interface SteadyBlend {
  readonly halfAt: number;
  readonly scorers: Readonly<Record<FusedScorer, number>>;
}

export function steadyAt({ halfAt, scorers }: SteadyBlend, likings: number): Blend {
  const total = fusedScorers.reduce((sum, scorer) => sum + scorers[scorer], 0);
  const of = (scorer: FusedScorer) => (likings * scorers[scorer]) / total;
  return {
    prior: halfAt,
    together: of('together'),
    alike: of('alike'),
    factors: of('factors'),
    content: of('content'),
  };
}

const halves = [0.2, 2, 10, 50];
const small = { together: 0.1, alike: 0.1, factors: 0.1, content: 0.1 };
const mixes: readonly SteadyBlend['scorers'][] = [
  { together: 1, alike: 1, factors: 1, content: 1 },
  ...fusedScorers.map((scorer) => ({ ...small, [scorer]: 1 })),
  { ...small, together: 1, content: 1 },
  { ...small, factors: 1, content: 1 },
];

const steadyMoves: readonly Move<SteadyBlend>[] = [
  ...[0.3, 0.6, 1.6, 3].map(
    (factor): Move<SteadyBlend> =>
      (blend) => ({ ...blend, halfAt: blend.halfAt * factor }),
  ),
  ...fusedScorers.flatMap((scorer) =>
    [0, 0.3, 0.6, 1.6, 3].map((factor): Move<SteadyBlend> => {
      return (blend) => {
        const most = Math.max(...Object.values(blend.scorers));
        const weight = blend.scorers[scorer] * factor;
        const scorers = { ...blend.scorers, [scorer]: factor > 1 ? Math.max(weight, 0.05 * most) : weight };
        return Math.max(...Object.values(scorers)) === 0 ? blend : { ...blend, scorers };
      };
    }),
  ),
];

const anywhere = mixes.flatMap((scorers) => halves.map((halfAt): SteadyBlend => ({ halfAt, scorers })));

export function searchSteadyBlend(judge: BlendJudge, starts: readonly SteadyBlend[] = anywhere): SteadyBlend {
  const worthOf = (blend: SteadyBlend) => judge.overall((likings) => steadyAt(blend, likings));
  return climb(bestOf(starts, worthOf), steadyMoves, worthOf);
}
