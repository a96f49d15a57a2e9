import { z } from 'zod';

export const weekdays = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;

const localTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'is not a local time such as 2026-12-24T18:00')
  .refine((text) => !Number.isNaN(Date.parse(`${text}Z`)), 'is not a time of the calendar');
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day such as 18:00');

/** When a rule acts. Everything in it is local time of `timeZone` and counts in whole minutes; `until` is not included. */
export const timeWindowSchema = z
  .object({
    timeZone: z.string().refine(isTimeZone, 'is not an IANA time zone such as Europe/Berlin').meta({
      label: 'Time zone',
      help: 'IANA name; all times of the window are local to it.',
      picks: 'timeZone',
    }),
    from: z.exactOptional(localTime).meta({ label: 'From', help: 'Local time of the first minute.' }),
    until: z.exactOptional(localTime).meta({ label: 'Until', help: 'Local time at which it is over.' }),
    weekdays: z
      .exactOptional(z.array(z.enum(weekdays)).min(1))
      .meta({ label: 'Weekdays', help: 'Only on these days; none named: on all.' }),
    hours: z
      .exactOptional(
        z.object({
          from: clockTime.meta({ label: 'From', help: 'Time of day.' }),
          until: clockTime.meta({ label: 'Until', help: 'Time of day; before `from`: of the next day.' }),
        }),
      )
      .meta({ label: 'Hours', help: 'Only at these hours of a day.' }),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || from < until, {
    path: ['until'],
    message: 'is not after from',
  });
export type TimeWindow = z.output<typeof timeWindowSchema>;

export interface CompiledWindow {
  /** Milliseconds since 1970; infinite where the window has no such end. */
  readonly startMs: number;
  readonly endMs: number;
  isOpen(atMs: number): boolean;
}

export function compileWindow(window: TimeWindow | undefined): CompiledWindow {
  if (!window) return { startMs: -Infinity, endMs: Infinity, isOpen: () => true };
  const startMs = window.from === undefined ? -Infinity : instantOf(window.from, window.timeZone);
  const endMs = window.until === undefined ? Infinity : instantOf(window.until, window.timeZone);
  return {
    startMs,
    endMs,
    isOpen: (atMs) => atMs >= startMs && atMs < endMs && isInWeek(window, atMs),
  };
}

const dayMs = 86_400_000;
/** Every weekday and every hour comes within it, whatever the clocks do. */
const wholeWeekMs = 8 * dayMs;

/** Whether it opens at all from then on: a window of a weekend that asks for Tuesdays does not. */
export function isEverOpen(window: TimeWindow | undefined, fromMs: number): boolean {
  if (!window) return true;
  const { startMs, endMs, isOpen } = compileWindow(window);
  const first = Math.max(startMs, fromMs);
  if (endMs <= first) return false;
  if (endMs - first > wholeWeekMs) return true;
  // It opens with itself, with a day, or with the hours of a day.
  const opens = [first];
  for (let at = first - dayMs; at < endMs + dayMs; at += dayMs) {
    const day = new Date(at + offsetMs(at, window.timeZone)).toISOString().slice(0, 10);
    for (const time of ['00:00', window.hours?.from ?? '00:00']) {
      opens.push(instantOf(`${day}T${time}`, window.timeZone));
    }
  }
  return opens.some((at) => at >= first && isOpen(at));
}

function isInWeek({ timeZone, weekdays: days, hours }: TimeWindow, atMs: number): boolean {
  if (!days && !hours) return true;
  const local = new Date(atMs + offsetMs(atMs, timeZone));
  const time = local.toISOString().slice(11, 16);
  const isOver = hours !== undefined && hours.until <= hours.from;
  // The hours after midnight belong to the evening on which they began.
  const day = new Date(local.getTime() - (isOver && time < hours.until ? dayMs : 0));
  if (days && !days.includes(weekdays[(day.getUTCDay() + 6) % 7] ?? 'MON')) return false;
  if (!hours) return true;
  return isOver ? time >= hours.from || time < hours.until : time >= hours.from && time < hours.until;
}

/** A local time that the clocks skip is read as if they had not; of one that comes twice, the first. */
function instantOf(local: string, timeZone: string): number {
  const asUtc = Date.parse(`${local}Z`);
  const before = asUtc - offsetMs(asUtc - dayMs, timeZone);
  const after = asUtc - offsetMs(asUtc + dayMs, timeZone);
  const isLocal = (ms: number) => ms + offsetMs(ms, timeZone) === asUtc;
  return isLocal(before) || !isLocal(after) ? before : after;
}

/** What the zone's clocks show beyond UTC at an instant. */
function offsetMs(atMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(atMs);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const shown = Date.parse(
    `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:00Z`,
  );
  return shown - Math.floor(atMs / 60_000) * 60_000;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
