import type { ExperimentHealthQuery } from '@/generated/graphql';

type Health = Pick<
  ExperimentHealthQuery['experimentHealth'][number],
  'hidden' | 'needsDecision' | 'status' | 'advice'
>;

/** Why an experiment waits for a person, the most urgent first. */
export const attentions = ['broken', 'harmed', 'decide', 'readable'] as const;
export type Attention = (typeof attentions)[number];

/** Null: it goes on by itself. Results that can be read for the first time wait for somebody to look. */
export function attentionOf({ hidden, needsDecision, status, advice }: Health): Attention | null {
  if (hidden === 'SAMPLE_RATIO_MISMATCH') return 'broken';
  const isHarmed = advice.some(({ reasons }) => reasons.some(({ code }) => code === 'GUARDRAIL_HARMED'));
  if (isHarmed && status === 'RUNNING') return 'harmed';
  if (needsDecision) return 'decide';
  return hidden == null && status === 'RUNNING' ? 'readable' : null;
}

export function byUrgency<Waiting extends Health>(
  health: readonly Waiting[],
): { readonly experiment: Waiting; readonly attention: Attention }[] {
  return health
    .flatMap((experiment) => {
      const attention = attentionOf(experiment);
      return attention === null ? [] : [{ experiment, attention }];
    })
    .sort((a, b) => attentions.indexOf(a.attention) - attentions.indexOf(b.attention));
}
