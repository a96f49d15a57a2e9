/** What an overview must not keep quiet about, the gravest first. An empty list means: healthy. */
export const concerns = [
  'behind',
  'noEncoder',
  'deadLetters',
  'encodingFailed',
  'encoding',
  'notServing',
] as const;
export type Concern = (typeof concerns)[number];

export interface HealthFacts {
  /** Why the API follows the database late; null when it keeps up. */
  readonly behind: string | null;
  readonly hasEncoder: boolean;
  readonly deadLetters: number;
  readonly failed: number;
  readonly waiting: number;
  readonly encoded: number;
  readonly serving: number;
}

export function concernsOf(facts: HealthFacts): readonly Concern[] {
  const holds: Record<Concern, boolean> = {
    behind: facts.behind !== null,
    noEncoder: !facts.hasEncoder,
    deadLetters: facts.deadLetters > 0,
    encodingFailed: facts.failed > 0,
    encoding: facts.waiting > 0,
    notServing: facts.serving === 0 && facts.encoded > 0,
  };
  return concerns.filter((concern) => holds[concern]);
}

/** Work in progress is news, not a fault. */
export const isFault = (concern: Concern) => concern !== 'encoding';
