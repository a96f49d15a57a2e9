import { type Locale, sentence } from '../../explain/message.js';
import type { GateProblem } from './publish-gate.js';

/** One sentence: what keeps the rule from being published, and what to do. */
export function gateText({ code, measured, limit, placement }: GateProblem, locale: Locale): string {
  const percent = measured === null ? '' : shown(measured);
  const text = sentence(
    { key: `gate.${code}`, values: { percent, about: limit === null ? '' : shown(limit) } },
    locale,
  );
  return placement === undefined ? text : `${placement}: ${text}`;
}

const shown = (share: number) => `${Number((100 * share).toFixed(2))} %`;
