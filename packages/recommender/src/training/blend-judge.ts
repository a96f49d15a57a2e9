import { TopGain } from '../evaluation/top-gain.js';
import { type Blend, singles } from './blend.js';
import { type FusionWeights, normalised } from './fusion.js';
import { type FusionCase, revealedCounts, scoresEach } from './fusion-cases.js';

export interface BlendJudge {
  /** Numbers of revealed items that there are cases of. */
  readonly counts: readonly number[];
  /**
   * How good a blend is for people with so many likes: NDCG relative to the best single scorer's, and with less weight
   * the further off, that of people with more or fewer, because each number by itself has few people.
   */
  value(blend: Blend, likings: number): number;
  /** The same of one blend for each number of likes, over all people. */
  overall(blendAt: (likings: number) => Blend): number;
  /** NDCG at 20, as lists are judged. */
  ndcg(blend: Blend, likings: number): number;
}

const cutoff = 20;
/**
 * Where hits are rare, the first 20 places hold one for hardly anybody, and chance chooses the blend: such people are
 * asked for their first 100.
 */
const deepCutoff = 100;
const rarely = 0.1;
/** Those who soon leave count no more than so many who stay: the lists of people who stay are seen for longest. */
const leavingCountAs = 5;
/** Fewer cases than this say nothing of a number of revealed items. */
const leastCases = 10;
const neighbourWeights = [1, 0.5];

interface CaseGroup {
  readonly revealed: number;
  readonly cases: readonly FusionCase[];
  readonly weights: Float64Array;
}

/** NDCG of one person's blended scores, at some cutoff. */
type Measure = (one: FusionCase, scores: Float64Array) => number;

export function blendJudge(cases: readonly FusionCase[]): BlendJudge {
  const groups: readonly CaseGroup[] = revealedCounts
    .map((revealed) => cases.filter((one) => one.revealed === revealed))
    .filter(({ length }) => length >= leastCases)
    .map((cases) => ({ revealed: cases[0]?.revealed ?? 0, cases, weights: caseWeights(cases) }));
  const atCutoff = ndcgAtCutoff();
  const bestSingles = (measure: Measure) =>
    groups.map((group) => Math.max(1e-9, ...singles.map((single) => meanNdcg(group, single, measure))));
  const shallow = bestSingles(atCutoff);
  const isRare = shallow.reduce((sum, ndcg) => sum + ndcg, 0) < rarely * groups.length;
  const measure = isRare ? deepNdcg : atCutoff;
  const references = isRare ? bestSingles(measure) : shallow;
  const relative = (at: number, blend: Blend) => {
    const group = groups[at];
    return group === undefined ? 0 : meanNdcg(group, blend, measure) / (references[at] ?? 1);
  };
  const placeOf = (likings: number) => groups.findIndex(({ revealed }) => revealed === likings);
  return {
    counts: groups.map(({ revealed }) => revealed),
    value(blend, likings) {
      const place = placeOf(likings);
      let [sum, total] = [0, 0];
      for (const at of groups.keys()) {
        const weight = neighbourWeights[Math.abs(at - place)];
        if (weight === undefined) continue;
        sum += weight * relative(at, blend);
        total += weight;
      }
      return sum / total;
    },
    overall: (blendAt) =>
      groups.reduce((sum, { revealed }, at) => sum + relative(at, blendAt(revealed)), 0) / groups.length,
    ndcg(blend, likings) {
      const group = groups[placeOf(likings)];
      return group === undefined ? Number.NaN : meanNdcg(group, blend, atCutoff);
    },
  };
}

/**
 * Adding up to 1. Who goes on to like more counts more, and says it with less noise. Those who soon leave decide only
 * where hardly anybody stays: what they did next is of the same visit.
 */
function caseWeights(cases: readonly FusionCase[]): Float64Array {
  const weights = Float64Array.from(cases, ({ targets }) => Math.min(targets, cutoff));
  const sumOf = (stays: boolean) =>
    weights.reduce((sum, weight, at) => (cases[at]?.stays === stays ? sum + weight : sum), 0);
  const [staying, leaving] = [sumOf(true), sumOf(false)];
  const scale = leaving > 0 ? Math.min(1, (leavingCountAs * cutoff) / leaving) : 1;
  const total = staying + scale * leaving;
  return weights.map((weight, at) => (weight * (cases[at]?.stays ? 1 : scale)) / total);
}

function meanNdcg({ cases, weights }: CaseGroup, blend: Blend, measure: Measure): number {
  const fusion = normalised((part) => blend[part]);
  return cases.reduce((sum, one, at) => sum + (weights[at] ?? 0) * measure(one, blended(one, fusion)), 0);
}

/** By candidate, in memory that the next call writes over. */
function blended({ scores, isTarget }: FusionCase, weights: FusionWeights): Float64Array {
  const { together, alike, factors, content } = weights;
  const count = isTarget.length;
  const sums = roomFor(count);
  let highest = 0;
  for (let at = 0, from = 0; at < count; at++, from += scoresEach) {
    const score =
      together * (scores[from] as number) +
      alike * (scores[from + 1] as number) +
      factors * (scores[from + 2] as number) +
      content * (scores[from + 3] as number);
    sums[at] = score;
    if (score > highest) highest = score;
  }
  const scale = highest > 0 ? weights.share / highest : 0;
  const ofPrior = 1 - weights.share;
  for (let at = 0, from = 4; at < count; at++, from += scoresEach) {
    sums[at] = scale * (sums[at] as number) + ofPrior * (scores[from] as number);
  }
  return sums;
}

function ndcgAtCutoff(): Measure {
  const list = new TopGain(cutoff);
  return ({ isTarget, targets }, scores) => {
    list.begin(targets);
    for (let at = 0; at < isTarget.length; at++) {
      const score = scores[at] as number;
      if (score > list.least) list.add(score, isTarget[at] === 1);
    }
    return list.ndcg();
  };
}

const discounts = Float64Array.from({ length: deepCutoff }, (_, place) => 1 / Math.log2(place + 2));

/** Where hits are rare, targets are few: each one's place is counted, which costs less than keeping a long list. */
function deepNdcg({ isTarget, targets }: FusionCase, scores: Float64Array): number {
  let [gain, ideal] = [0, 0];
  for (let target = 0; target < isTarget.length; target++) {
    if (isTarget[target] === 0) continue;
    const own = scores[target] as number;
    let place = 0;
    for (let at = 0; at < isTarget.length && place < deepCutoff; at++) {
      const score = scores[at] as number;
      if (score > own || (score === own && at < target)) place++;
    }
    gain += discounts[place] ?? 0;
  }
  for (let place = 0; place < Math.min(targets, deepCutoff); place++) ideal += discounts[place] as number;
  return ideal === 0 ? 0 : gain / ideal;
}

let room = new Float64Array(0);
/** A hundred thousand cases are judged in a search: one array serves them all. */
function roomFor(count: number): Float64Array {
  if (room.length < count) room = new Float64Array(2 * count);
  return room;
}
