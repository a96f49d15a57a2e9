import type { RowSet } from '../row-set.js';
import type { RuleFinding } from './finding.js';
import type { LintContext } from './lint-context.js';

/** Rules that want different things of one list; of each pair the one that loses, and to whom. */
export function lintConflicts(context: LintContext): RuleFinding[] {
  return [...pins(context), ...filteredPins(context), ...quotas(context), ...opposed(context)];
}

function pins(context: LintContext): RuleFinding[] {
  return context.pairs('pin').flatMap(([first, second]): RuleFinding[] => {
    const both = { severity: 'error', rule: second.rule.key, other: first.rule.key } as const;
    if (first.effect.position === second.effect.position) {
      return [{ ...both, code: 'sameSlot', about: first.effect.position }];
    }
    if (first.effect.itemId !== second.effect.itemId) return [];
    return [{ ...both, code: 'sameItem', about: first.effect.itemId }];
  });
}

function filteredPins(context: LintContext): RuleFinding[] {
  return context.of('pin').flatMap((pin) => {
    const row = context.request.items.rowOfId(pin.effect.itemId);
    if (row === undefined) return [];
    return context.of('gate').flatMap((gate): RuleFinding[] => {
      const isKept = gate.rows.has(row) === (gate.effect.keeps === 'matching');
      if (isKept || !context.canMeet(pin, gate)) return [];
      const { key } = pin.rule;
      return [
        { code: 'filteredPin', severity: 'error', rule: key, other: gate.rule.key, about: pin.effect.itemId },
      ];
    });
  });
}

function quotas(context: LintContext): RuleFinding[] {
  const clashes = context.pairs('quota').flatMap(([first, second]): RuleFinding[] => {
    const [least, most] = first.effect.bound === 'atLeast' ? [first, second] : [second, first];
    if (least.effect.bound === most.effect.bound || !isWithin(least.rows, most.rows)) return [];
    // So many of the minimum's items may stand outside the maximum's slots.
    const outside = Math.max(0, least.effect.within - most.effect.within);
    if (least.effect.slots <= most.effect.slots + outside) return [];
    const both = { rule: second.rule.key, other: first.rule.key, about: null };
    return [{ code: 'quotaClash', severity: 'error', ...both }];
  });
  const pinned = context.of('quota').flatMap((quota): RuleFinding[] => {
    if (quota.effect.bound === 'atLeast') return [];
    const counted = context.of('pin').filter(({ effect }) => {
      const row = context.request.items.rowOfId(effect.itemId);
      return effect.position <= quota.effect.within && row !== undefined && quota.rows.has(row);
    });
    const meeting = counted.filter((pin) => context.canMeet(pin, quota));
    const excess = meeting[quota.effect.slots];
    if (!excess) return [];
    const about = meeting.length;
    return [
      { code: 'pinnedQuota', severity: 'warning', rule: quota.rule.key, other: excess.rule.key, about },
    ];
  });
  return [...clashes, ...pinned];
}

function opposed(context: LintContext): RuleFinding[] {
  return context.pairs('score').flatMap(([first, second]): RuleFinding[] => {
    if (first.effect.points > 0 === second.effect.points > 0) return [];
    const shared = first.rows.shared(second.rows);
    const isMost = shared > 0 && 2 * shared >= Math.min(first.rows.size, second.rows.size);
    if (!isMost) return [];
    const both = { rule: second.rule.key, other: first.rule.key, about: shared };
    return [{ code: 'opposed', severity: 'warning', ...both }];
  });
}

const isWithin = (narrow: RowSet, wide: RowSet) => narrow.shared(wide) === narrow.size;
