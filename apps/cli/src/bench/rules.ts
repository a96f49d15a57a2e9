import { benchmarkRules } from '@kindling/recommender';

/** What 200 published rules of every kind, all in one placement, add to a list: the target is 1 ms at p99. */
export async function benchRules(): Promise<object> {
  const stopwatch = {
    nowMs: () => performance.now(),
    cpuUs: () => {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
  };
  const settings = { items: 20_000, rules: 200, requests: 1_000, seed: 1, stopwatch };
  const {
    without,
    with: ruled,
    ...report
  } = await benchmarkRules({
    ...settings,
    now: new Date('2026-11-24T12:00:00Z'),
  });
  const added = (of: 'p50Ms' | 'p99Ms') => Number((ruled[of] - without[of]).toFixed(3));
  return { ...report, without, with: ruled, addedP50Ms: added('p50Ms'), addedP99Ms: added('p99Ms') };
}
