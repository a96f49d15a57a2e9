import { type CompiledRules, compileRules, type Rule, ruleSchema, type Segment } from '@kindling/recommender';
import type { Experiment } from '@kindling/storage';

/** What an arm changes about the published rules. */
export interface RuleChanges {
  readonly off: readonly string[];
  /** Frozen at the start; one of the key of a published rule takes its place. */
  readonly on: readonly Rule[];
}

/** By variant. */
export const armChanges = ({ definition, frozen }: Experiment): readonly RuleChanges[] =>
  definition.variants.map(({ rulesOff }, at) => ({
    off: rulesOff,
    on: (frozen?.arms[at]?.rules ?? []).map((rule) => ruleSchema.parse(rule)),
  }));

/** Undefined where the experiment has no such variant. */
export const changesOfArm = (experiment: Experiment, variantKey: string | null): RuleChanges | undefined =>
  armChanges(experiment)[experiment.definition.variants.findIndex(({ key }) => key === variantKey)];

export interface ArmRules {
  /** By variant. */
  readonly byVariant: readonly CompiledRules[];
  /** Rules that act in some arms and not in others, under keys of their own; null: there are none. */
  readonly differing: CompiledRules | null;
}

/**
 * The rules of an experiment's arms: those that are published now, without the ones that are off inside experiments,
 * as each arm changes them. Worked out once a change of rules or experiments; arms of the same rules share them.
 */
export function armRules(
  published: readonly Rule[],
  segments: readonly Segment[],
  arms: readonly RuleChanges[],
): ArmRules {
  const inside = published.filter(({ condition }) => condition.outsideExperiments !== true);
  const sets = arms.map(({ off, on }) => {
    const gone = new Set([...off, ...on.map(({ key }) => key)]);
    return [...inside.filter(({ key }) => !gone.has(key)), ...on];
  });
  const compiled = new Map<string, CompiledRules>();
  const byVariant = sets.map((rules) => {
    const name = JSON.stringify(rules);
    const known = compiled.get(name) ?? compileRules(rules, segments);
    compiled.set(name, known);
    return known;
  });
  const texts = sets.map((rules) => new Map(rules.map((rule) => [JSON.stringify(rule), rule])));
  const differing = new Map(
    texts.flatMap((own) => [...own]).filter(([text]) => texts.some((own) => !own.has(text))),
  );
  const watched = [...differing.values()].map((rule, at) => ({ ...rule, key: `${at}` }));
  return { byVariant, differing: watched.length === 0 ? null : compileRules(watched, segments) };
}
