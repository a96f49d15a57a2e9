import { type CatalogueId, type Clock, catalogueId } from '@kindling/domain';
import type { CleaningSettings } from '@kindling/recommender';
import { expectCatalogue, type Pool, readTrainingSource, type TrainingSource } from '@kindling/storage';

const dayMs = 86_400_000;
/** What goes with what fades more slowly than a person's interest: six of its half-lives to one of theirs. */
const slowerThanInterest = 6;

export interface WorkSource {
  readonly catalogue: CatalogueId;
  readonly source: TrainingSource;
  readonly cleaning: CleaningSettings;
}

/** A catalogue's items and the events of its window, with how they are cleaned: the same for trainings and evaluations. */
export async function readSource(
  pool: Pool,
  id: string,
  {
    clock,
    maximumEvents,
    onProgress,
  }: {
    readonly clock: Clock;
    /** Of more events than this, the newest are taken. */
    readonly maximumEvents: number;
    readonly onProgress: (done: number, total: number) => void;
  },
): Promise<WorkSource> {
  const { template, training, id: catalogue } = await expectCatalogue(pool, catalogueId(id));
  const source = await readTrainingSource(pool, catalogue, {
    since: new Date(clock.now().getTime() - training.windowDays * dayMs),
    maximumEvents,
    onProgress,
  });
  const cleaning = {
    eventWeights: template.eventWeights,
    halfLifeMs: template.interestHalfLifeDays * slowerThanInterest * dayMs,
  };
  return { catalogue, source, cleaning };
}

/** What was read, and what was left out of it before and in the cleaning. */
export const dataOf = (
  source: TrainingSource,
  dropped: readonly { readonly rule: string; readonly events: number }[],
) => ({
  from: source.from?.toISOString() ?? null,
  to: source.to?.toISOString() ?? null,
  events: source.events.length + source.unknownItems + source.withheld,
  dropped: [
    { rule: 'unknownItems', events: source.unknownItems },
    { rule: 'withheld', events: source.withheld },
    ...dropped,
  ],
  items: source.items.length,
});
