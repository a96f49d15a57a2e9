import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';

/** What a person waited for after pressing, clicking or typing; milliseconds, in steps of 8 as browsers tell them. */
export interface InteractionTimes {
  readonly interactions: number;
  /** Interaction to next paint as web.dev defines it: the longest, but for one of every 50. */
  readonly inpMs: number;
  readonly medianMs: number;
  /** The longest time between two frames meanwhile: what scrolling and dragging are felt by. */
  readonly longestFrameMs: number;
  /** CPU time of the page's longest task: what it would hold up at most on a machine that does nothing else. */
  readonly longestTaskCpuMs: number;
}

/** Runs in the page, which is why it is text: nothing here knows a window. */
const recorder = `
  window.recorder = { times: new Map(), longestFrame: 0 };
  // events of one interaction (keydown, input, keyup) share an id; the longest of them counts
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries())
      if (interactionId > 0)
        recorder.times.set(interactionId, Math.max(recorder.times.get(interactionId) ?? 0, duration));
  }).observe({ type: 'event', buffered: true, durationThreshold: 16 });
  let last = performance.now();
  const frame = (now) => {
    recorder.longestFrame = Math.max(recorder.longestFrame, now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);`;
const reset = 'recorder.times.clear(); recorder.longestFrame = 0';
/** Entries are told of after the paint that they end with. */
const twoFrames = 'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))';
const recorded = '({ times: [...recorder.times.values()], longestFrame: recorder.longestFrame })';

/** Before a page is opened: records the event timing of its interactions, and its frames. */
export const recordInteractions = (page: Page): Promise<unknown> =>
  page.addInitScript({ content: `{${recorder}}` });

/** For what an interaction sets off later, such as the end of a debounce. */
const settleMs = 500;

/** Does something on the page, and tells what it took; `interactions` is how often it pressed, clicked or typed. */
export async function timeInteractions(
  browser: Browser,
  page: Page,
  interactions: number,
  act: () => Promise<void>,
): Promise<InteractionTimes> {
  await page.evaluate(reset);
  await browser.startTracing(page, { categories: ['toplevel'] });
  await act();
  await page.waitForLoadState('networkidle');
  await delay(settleMs);
  await page.evaluate(twoFrames);
  const longestTaskCpuMs = longestTask(await browser.stopTracing());
  const { times, longestFrame } = await page.evaluate<{
    readonly times: readonly number[];
    readonly longestFrame: number;
  }>(recorded);
  // those below the observer's threshold are not told of; they took less than 16 ms
  const all = [...times, ...Array.from({ length: Math.max(0, interactions - times.length) }, () => 8)];
  all.sort((a, b) => b - a);
  return {
    interactions: all.length,
    inpMs: all[Math.min(all.length - 1, Math.floor(all.length / 50))] ?? 0,
    medianMs: all[Math.floor(all.length / 2)] ?? 0,
    longestFrameMs: Math.round(longestFrame),
    longestTaskCpuMs,
  };
}

const traceSchema = z.object({
  traceEvents: z.array(
    z.object({
      name: z.string(),
      pid: z.number(),
      tid: z.number(),
      /** CPU time, microseconds. */
      tdur: z.number().optional(),
      args: z.object({ name: z.unknown() }).partial().optional(),
    }),
  ),
});

function longestTask(trace: Buffer): number {
  const { traceEvents } = traceSchema.parse(JSON.parse(trace.toString()));
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  let longest = 0;
  for (const { name, pid, tid, tdur } of traceEvents)
    if (name === 'ThreadControllerImpl::RunTask' && mains.has(`${pid}/${tid}`))
      longest = Math.max(longest, tdur ?? 0);
  return Math.round(longest / 1_000);
}
