import type { RuleFinding } from './finding.js';
import type { LintContext, LintedOf, LintedPlacement, LintedRule } from './lint-context.js';

/** Rules that leave a placement too little to show, or new items no way into it; alone, or with another rule. */
export function lintStarvation(context: LintContext): RuleFinding[] {
  const { items, atMs, placements, newForDays } = context.request;
  const since = atMs - newForDays * 86_400_000;
  const isNew = (row: number) => items.publishedAtMs(row) > since;
  const fresh = context.live.filter(isNew);
  const found = placements.flatMap((placement) => {
    const isHere = ({ rule }: LintedRule) => rule.condition.placements?.includes(placement.key) ?? true;
    const gates = context.of('gate').filter(isHere);
    const crowding = context.of('quota').filter(isHere);
    return [
      ...emptied(context, gates, placement),
      ...starvedBy(context, gates, fresh),
      ...crowdedOut(crowding, placement, fresh),
    ];
  });
  return unique([...found, ...pushedDown(context, fresh), ...unbudgeted(context, fresh)]);
}

type Gate = LintedOf<'gate'>;

const passes = (gate: Gate) => (row: number) => gate.rows.has(row) === (gate.effect.keeps === 'matching');

/** The rows that are left when a filter acts with all those before it that may act on the same list. */
function leftBy(context: LintContext, rows: readonly number[], gates: readonly Gate[], index: number) {
  const gate = gates[index];
  const others = gate ? gates.slice(0, index).filter((one) => context.canMeet(one, gate)) : [];
  const before = rows.filter((row) => others.every((one) => passes(one)(row)));
  return { others, before, after: gate ? before.filter(passes(gate)) : before };
}

/** Filters that may meet are judged as if they acted together: somebody's list has both. */
function emptied(
  context: LintContext,
  gates: readonly Gate[],
  { key, size }: LintedPlacement,
): RuleFinding[] {
  for (const [index, gate] of gates.entries()) {
    const { others, before, after } = leftBy(context, context.live, gates, index);
    if (after.length >= size || before.length < size) continue;
    const isAlone = context.live.filter(passes(gate)).length < size;
    // The one before it that takes most of what this one would have left.
    const other = isAlone ? null : (worstWith(context.live, gate, others)?.rule.key ?? null);
    const code = after.length === 0 ? 'empty' : 'short';
    const severity = after.length === 0 ? 'error' : 'warning';
    return [{ code, severity, rule: gate.rule.key, other, about: key }];
  }
  return [];
}

function worstWith(rows: readonly number[], gate: Gate, others: readonly Gate[]): Gate | undefined {
  const kept = rows.filter(passes(gate));
  const left = (other: Gate) => kept.filter(passes(other)).length;
  return others.reduce<Gate | undefined>(
    (worst, other) => (!worst || left(other) < left(worst) ? other : worst),
    undefined,
  );
}

function starvedBy(context: LintContext, gates: readonly Gate[], fresh: readonly number[]): RuleFinding[] {
  for (const [index, gate] of gates.entries()) {
    const { others, before, after } = leftBy(context, fresh, gates, index);
    if (after.length > 0 || before.length === 0) continue;
    const isAlone = !fresh.some(passes(gate));
    const other = isAlone ? null : (worstWith(fresh, gate, others)?.rule.key ?? null);
    return [starves(gate, fresh, other)];
  }
  return [];
}

/** A minimum of items that are not new, as long as the list: nothing else fits in. */
function crowdedOut(
  quotas: readonly LintedOf<'quota'>[],
  { size }: LintedPlacement,
  fresh: readonly number[],
): RuleFinding[] {
  return quotas.flatMap((quota): RuleFinding[] => {
    const { bound, slots } = quota.effect;
    const isFull = bound === 'atLeast' && slots >= size && quota.rows.size >= size;
    if (!isFull || fresh.length === 0 || fresh.some((row) => quota.rows.has(row))) return [];
    return [starves(quota, fresh)];
  });
}

/** A bury of all new items, or a maximum of none of them, that leaves others alone; of two, both may take part. */
function pushedDown(context: LintContext, fresh: readonly number[]): RuleFinding[] {
  if (fresh.length === 0 || fresh.length === context.live.length) return [];
  const against = context.rules.filter(
    ({ effect, rows }) =>
      rows.size < context.live.length &&
      ((effect.stage === 'score' && effect.points < 0) ||
        (effect.stage === 'quota' && effect.bound === 'atMost' && effect.slots === 0)),
  );
  const takesAll = (...rules: readonly LintedRule[]) =>
    fresh.every((row) => rules.some(({ rows }) => rows.has(row)));
  return against.flatMap((linted, index): RuleFinding[] => {
    if (takesAll(linted)) return [starves(linted, fresh)];
    const other = against
      .slice(0, index)
      .find((one) => !takesAll(one) && takesAll(one, linted) && context.canMeet(one, linted));
    return other ? [starves(linted, fresh, other.rule.key)] : [];
  });
}

/** A budget of nothing: what is new is never tried out where it acts. */
function unbudgeted(context: LintContext, fresh: readonly number[]): RuleFinding[] {
  if (fresh.length === 0) return [];
  return context
    .of('explore')
    .flatMap((linted) =>
      linted.effect.share === 0 || linted.effect.impressionsPerDay === 0 ? [starves(linted, fresh)] : [],
    );
}

const starves = (
  { rule }: LintedRule,
  { length }: readonly number[],
  other: string | null = null,
): RuleFinding => ({ code: 'starvesNew', severity: 'warning', rule: rule.key, other, about: length });

function unique(findings: readonly RuleFinding[]): RuleFinding[] {
  return [...new Map(findings.map((one) => [JSON.stringify(one), one])).values()];
}
