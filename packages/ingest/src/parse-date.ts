/** A date as people and programs write it, or why it is refused and how to write it instead. */
export type ParsedDate = { readonly date: Date } | { readonly refused: string; readonly fix: string };

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const fix = 'Write it as 2024-01-31 or 2024-01-31T12:00:00Z.';

const time = String.raw`(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?`;
const weekday = '(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +)?';
const yearFirst = new RegExp(String.raw`^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})${time}$`, 'i');
const compact = /^((?:19|20)\d{2})(\d{2})(\d{2})$/;
const chinese = /^(\d{4})年(\d{1,2})月(\d{1,2})日$/;
const monthFirst = new RegExp(
  String.raw`^${weekday}([a-z]{3,9})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})${time}$`,
  'i',
);
const dayFirst = new RegExp(
  String.raw`^${weekday}(\d{1,2})(?:st|nd|rd|th)?[ -]+([a-z]{3,9})\.?,?[ -]+(\d{4})${time}$`,
  'i',
);
const numeric = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})${time}$`, 'i');

/**
 * Takes ISO dates and times, Unix time in seconds or milliseconds, a year, names of months, 2024年1月31日, and days
 * and months in numbers where only one reading is possible. What says no time zone is taken as UTC. 01/02/2024 could
 * be January or February, so it is refused rather than guessed.
 */
export function parseDate(text: string): ParsedDate {
  const value = text.trim();
  const iso = yearFirst.exec(value);
  if (iso) return dateOf(value, iso[1], iso[3], iso[4], iso.slice(5));
  if (/^\d{4}$/.test(value)) return dateOf(value, value, '1', '1');
  const packed = compact.exec(value) ?? chinese.exec(value);
  if (packed) return dateOf(value, packed[1], packed[2], packed[3]);
  if (/^-?\d{9,10}(\.\d+)?$/.test(value)) return instant(value, Number(value) * 1_000);
  if (/^-?\d{12,13}$/.test(value)) return instant(value, Number(value));
  const named = monthFirst.exec(value);
  if (named) return dateOf(value, named[3], monthNumber(named[1]), named[2], named.slice(4));
  const dayNamed = dayFirst.exec(value);
  if (dayNamed) return dateOf(value, dayNamed[3], monthNumber(dayNamed[2]), dayNamed[1], dayNamed.slice(4));
  const numbers = numeric.exec(value);
  if (numbers) return fromNumbers(value, numbers);
  return { refused: `"${shown(value)}" is not a date that can be read`, fix };
}

function fromNumbers(value: string, [, first, , second, year, ...clock]: RegExpExecArray): ParsedDate {
  const [one, two] = [Number(first), Number(second)];
  if (one > 12 || one === two) return dateOf(value, year, second, first, clock);
  if (two > 12) return dateOf(value, year, first, second, clock);
  return {
    refused: `"${shown(value)}" can mean the ${one}. ${months[two - 1]} or the ${two}. ${months[one - 1]}`,
    fix: `Write it as ${year}-${pad(two)}-${pad(one)} or ${year}-${pad(one)}-${pad(two)}.`,
  };
}

function dateOf(
  value: string,
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  [hour, minute, second, fraction, zone]: readonly (string | undefined)[] = [],
): ParsedDate {
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = new Date(at);
  const exists =
    date.getUTCFullYear() === Number(year) &&
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day);
  const [hours, minutes, seconds] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  if (!exists || hours > 23 || minutes > 59 || seconds > 59) {
    return { refused: `"${shown(value)}" is not a day or time that exists`, fix };
  }
  const milliseconds = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1_000);
  return instant(value, at + ((hours * 60 + minutes) * 60 + seconds) * 1_000 + milliseconds - offsetMs(zone));
}

function instant(value: string, milliseconds: number): ParsedDate {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? { refused: `"${shown(value)}" is not a date`, fix } : { date };
}

function offsetMs(zone: string | undefined): number {
  const offset = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '');
  if (!offset) return 0;
  return (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) * 60_000;
}

/** "Jan", "January" and "JAN" are 1; what is no month is 0, which no date has. */
function monthNumber(name: string | undefined): string {
  return String(months.indexOf((name ?? '').slice(0, 3).toLowerCase()) + 1);
}

const pad = (number: number) => String(number).padStart(2, '0');
const shown = (value: string) => (value.length > 40 ? `${value.slice(0, 40)}…` : value);
