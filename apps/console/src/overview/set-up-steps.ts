/** From an empty catalogue to lists that are steered and compared, in order. Each is done when the facts say so, never by a click. */
export const setUpSteps = ['items', 'encoding', 'key', 'events', 'rule', 'experiment'] as const;
export type SetUpStep = (typeof setUpSteps)[number];

export interface SetUpFacts {
  readonly items: number;
  readonly encoded: number;
  readonly keys: number;
  readonly events: number;
  /** Published now, or put away. */
  readonly rules: number;
  /** Of any status but a draft. */
  readonly experiments: number;
}

export function isDone(step: SetUpStep, facts: SetUpFacts): boolean {
  switch (step) {
    case 'items':
      return facts.items > 0;
    case 'encoding':
      return facts.items > 0 && facts.encoded >= facts.items;
    case 'key':
      return facts.keys > 0;
    case 'events':
      return facts.events > 0;
    case 'rule':
      return facts.rules > 0;
    case 'experiment':
      return facts.experiments > 0;
  }
}

export const nextStep = (facts: SetUpFacts) => setUpSteps.find((step) => !isDone(step, facts));
