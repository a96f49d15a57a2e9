import { seededRandom } from '@kindling/domain';
import { type LoadTarget, percentile } from './load.js';
import type { ServeProcess } from './serve-process.js';
import { madeUpSentence } from './serve-world.js';

/** Profiles that lists are made for, in turns. */
export const visitors = 200;

/** 20 items of 8 fields, as PERFORMANCE asks: rank, score, reason, and five of the item. */
export const operation = `query Bench($subject: SubjectInput!) {
  recommendations(subject: $subject, first: 20) {
    recommendationId
    edges { rank score reason node { id title categories price url } }
  }
}`;

/** Lists one after the other, without HTTP around them. */
export async function timeLists(api: ServeProcess, time: 'warm' | 'cold', count: number) {
  const random = seededRandom(`texts ${count}`);
  const { timing } = await api.ask<{
    timing: { times: number[]; cpuSeconds: number; degraded: number; modelled: number };
  }>({
    time,
    catalogue: 'bench',
    profiles:
      time === 'warm' ? Array.from({ length: count }, (_, index) => `visitor-${index % visitors}`) : [],
    texts:
      time === 'cold'
        ? Array.from({ length: count }, (_, index) => `${madeUpSentence(random, 6)} ${index}`)
        : [],
  });
  return {
    lists: timing.times.length,
    p50Ms: round(percentile(timing.times, 0.5), 2),
    p99Ms: round(percentile(timing.times, 0.99), 2),
    cpuMsPerList: round((timing.cpuSeconds * 1_000) / timing.times.length, 2),
    degraded: timing.degraded,
    /** Lists that a trained model led. */
    modelled: timing.modelled,
  };
}

export const listTargets =
  (url: string, key: string) =>
  (index: number): LoadTarget => ({
    url,
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({
      query: operation,
      variables: { subject: { profileId: `visitor-${index % visitors}` } },
    }),
  });

const round = (value: number, digits = 1) => Number(value.toFixed(digits));
