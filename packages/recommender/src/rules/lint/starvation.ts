import type { RuleFinding } from './finding.js';
import type { LintContext, LintedOf } from './lint-context.js';

/** Rules that leave a placement too little to show, or new items no way into it; alone, or with another rule. */
export function lintStarvation(context: LintContext): RuleFinding[] {
  const { items, atMs, placements, newForDays } = context.request;
  const since = atMs - newForDays * 86_400_000;
  const isNew = (row: number) => items.publishedAtMs(row) > since;
  const found = placements.flatMap(({ key, size }) => {
    const gates = context
      .of('gate')
      .filter(({ rule }) => !rule.condition.placements || rule.condition.placements.includes(key));
    return [...emptied(context, gates, key, size), ...starvedBy(context, gates, isNew)];
  });
  return unique([...found, ...pushedDown(context, isNew)]);
}

type Gate = LintedOf<'gate'>;

const passes = (gate: Gate) => (row: number) => gate.rows.has(row) === (gate.effect.keeps === 'matching');

/** For everybody at once: filters for some profiles only are judged as if they acted together. */
function emptied(
  context: LintContext,
  gates: readonly Gate[],
  placement: string,
  size: number,
): RuleFinding[] {
  let left: readonly number[] = context.live;
  const applied: Gate[] = [];
  for (const gate of gates) {
    const next = left.filter(passes(gate));
    if (next.length < size && left.length >= size) {
      const isAlone = context.live.filter(passes(gate)).length < size;
      // The one before it that takes most of what this one would have left.
      const other = isAlone ? null : (worstWith(context, gate, applied)?.rule.key ?? null);
      const code = next.length === 0 ? 'empty' : 'short';
      const severity = next.length === 0 ? 'error' : 'warning';
      return [{ code, severity, rule: gate.rule.key, other, about: placement }];
    }
    left = next;
    applied.push(gate);
  }
  return [];
}

function worstWith(context: LintContext, gate: Gate, others: readonly Gate[]): Gate | undefined {
  const kept = context.live.filter(passes(gate));
  const left = (other: Gate) => kept.filter(passes(other)).length;
  return others.reduce<Gate | undefined>(
    (worst, other) => (!worst || left(other) < left(worst) ? other : worst),
    undefined,
  );
}

function starvedBy(
  context: LintContext,
  gates: readonly Gate[],
  isNew: (row: number) => boolean,
): RuleFinding[] {
  const fresh = context.live.filter(isNew);
  let left = fresh;
  const applied: Gate[] = [];
  for (const gate of gates) {
    const next = left.filter(passes(gate));
    if (next.length === 0 && left.length > 0) {
      const isAlone = !fresh.some(passes(gate));
      const other = isAlone ? null : (worstWith(context, gate, applied)?.rule.key ?? null);
      return [{ code: 'starvesNew', severity: 'warning', rule: gate.rule.key, other, about: fresh.length }];
    }
    left = next;
    applied.push(gate);
  }
  return [];
}

/** A bury of all new items, or a maximum of none of them, that leaves others alone. */
function pushedDown(context: LintContext, isNew: (row: number) => boolean): RuleFinding[] {
  const fresh = context.live.filter(isNew);
  if (fresh.length === 0 || fresh.length === context.live.length) return [];
  return context.rules.flatMap((linted): RuleFinding[] => {
    const { effect } = linted;
    const isAgainst =
      (effect.stage === 'score' && effect.points < 0) ||
      (effect.stage === 'quota' && effect.bound === 'atMost' && effect.slots === 0);
    if (!isAgainst || linted.rows.size === context.live.length) return [];
    if (!fresh.every((row) => linted.rows.has(row))) return [];
    return [
      { code: 'starvesNew', severity: 'warning', rule: linted.rule.key, other: null, about: fresh.length },
    ];
  });
}

function unique(findings: readonly RuleFinding[]): RuleFinding[] {
  return [...new Map(findings.map((one) => [JSON.stringify(one), one])).values()];
}
