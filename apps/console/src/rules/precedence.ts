/** What decides which of two rules goes first. */
export interface Ranked {
  readonly key: string;
  readonly priority: number;
}

export const priorityLimit = 1_000;

/** As the engine orders rules: higher priority first, then the key. */
export const byPrecedence = (a: Ranked, b: Ranked) =>
  b.priority - a.priority || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/**
 * The priorities to save so that a rule stands at a position (from 1) and all others keep their order; the fewest that
 * do. `rules` are in order of precedence. Empty when nothing has to change.
 */
export function moveTo(rules: readonly Ranked[], key: string, position: number): readonly Ranked[] {
  const moved = rules.find((rule) => rule.key === key);
  if (moved === undefined) return [];
  const others = rules.filter((rule) => rule !== moved);
  const at = Math.min(Math.max(position, 1), rules.length) - 1;
  const wanted = others.toSpliced(at, 0, moved);
  const options = [pushedUp(wanted, at), pushedDown(wanted, at)]
    .filter((order) => order.every(({ priority }) => Math.abs(priority) <= priorityLimit))
    .map((order) => changedIn(order, rules))
    .sort((a, b) => a.length - b.length);
  return options[0] ?? changedIn(spread(wanted), rules);
}

/** The least priority with which a rule stands before that one. */
const before = (rule: Ranked, next: Ranked) => next.priority + (rule.key < next.key ? 0 : 1);
/** The highest priority with which a rule stands after that one. */
const after = (rule: Ranked, previous: Ranked) => previous.priority - (rule.key > previous.key ? 0 : 1);

/** The moved rule gets the nearest priority that is before the next one; what is in its way goes up. */
function pushedUp(wanted: readonly Ranked[], at: number): readonly Ranked[] {
  const order = wanted.map((rule) => ({ ...rule }));
  const [rule, next, previous] = [order[at], order[at + 1], order[at - 1]];
  if (rule === undefined) return order;
  const highest = previous === undefined ? priorityLimit : after(rule, previous);
  const least = next === undefined ? -priorityLimit : before(rule, next);
  rule.priority = Math.max(least, Math.min(rule.priority, highest));
  for (let index = at - 1; index >= 0; index--) {
    const [one, below] = [order[index], order[index + 1]];
    if (one === undefined || below === undefined || byPrecedence(one, below) < 0) break;
    one.priority = before(one, below);
  }
  return order;
}

function pushedDown(wanted: readonly Ranked[], at: number): readonly Ranked[] {
  const order = wanted.map((rule) => ({ ...rule }));
  const [rule, next, previous] = [order[at], order[at + 1], order[at - 1]];
  if (rule === undefined) return order;
  const highest = previous === undefined ? priorityLimit : after(rule, previous);
  const least = next === undefined ? -priorityLimit : before(rule, next);
  rule.priority = Math.min(highest, Math.max(rule.priority, least));
  for (let index = at + 1; index < order.length; index++) {
    const [one, above] = [order[index], order[index - 1]];
    if (one === undefined || above === undefined || byPrecedence(above, one) < 0) break;
    one.priority = after(one, above);
  }
  return order;
}

/** Where the range is used up at both ends: every rule gets a priority of its own. */
const spread = (wanted: readonly Ranked[]) =>
  wanted.map(({ key }, index) => ({ key, priority: Math.floor(wanted.length / 2) - index }));

function changedIn(order: readonly Ranked[], old: readonly Ranked[]): readonly Ranked[] {
  const priorities = new Map(old.map(({ key, priority }) => [key, priority]));
  return order
    .filter(({ key, priority }) => priorities.get(key) !== priority)
    .map(({ key, priority }) => ({ key, priority }));
}
