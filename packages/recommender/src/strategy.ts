import { z } from 'zod';

/**
 * A strategy is the pipeline's configuration: what a merchandiser can change without a developer. The schema also
 * describes its own form: each argument has a label, a help text, a unit where it has one, and a range
 * (`z.toJSONSchema(strategySchema)` hands all of it to whoever draws the form).
 */

export const candidateSources = ['collaborative', 'content', 'lexical', 'popular', 'newArrivals'] as const;
export type CandidateSourceName = (typeof candidateSources)[number];

/** What candidates are put in order by; see ranked-by. */
export const strategyRankers = ['blend', 'similarity', 'popularity'] as const;

const share = (standard: number, label: string, help: string) =>
  z.number().min(0).max(1).default(standard).meta({ label, help });
const count = (standard: number, [least, most]: readonly [number, number], label: string, help: string) =>
  z.number().int().min(least).max(most).default(standard).meta({ label, help });
const days = (standard: number, label: string, help: string) =>
  z.number().positive().max(3_650).default(standard).meta({ label, help, unit: 'days' });

const source = z.object({
  source: z.enum(candidateSources).meta({ label: 'Source', help: 'Where candidates come from.' }),
  limit: count(
    200,
    [1, 1_000],
    'At most',
    'Candidates from this source (content: for all that a person likes together).',
  ),
});

const thresholds = (warmingFrom: number, warmFrom: number, of: string) =>
  z
    .object({
      warmingFrom: count(
        warmingFrom,
        [1, 10_000],
        `${of} warming from`,
        'Events from which it is no longer cold.',
      ),
      warmFrom: count(
        warmFrom,
        [1, 100_000],
        `${of} warm from`,
        'Events from which it counts as well known.',
      ),
    })
    .refine((value) => value.warmingFrom <= value.warmFrom, {
      path: ['warmFrom'],
      message: 'is below warmingFrom',
    })
    .prefault({});

export const strategySchema = z.object({
  sources: z
    .array(source)
    .min(1)
    .default([
      { source: 'collaborative', limit: 500 },
      { source: 'content', limit: 800 },
      { source: 'lexical', limit: 100 },
      { source: 'popular', limit: 300 },
      { source: 'newArrivals', limit: 100 },
    ])
    .meta({ label: 'Candidate sources', help: 'In order; earlier ones have room first.' }),

  ranker: z.enum(strategyRankers).default('blend').meta({
    label: 'Ranker',
    help: 'What decides the order: all that is known, the same without what people alike did, or popularity alone. Searches and similar items have weights of their own.',
  }),

  coldness: z
    .object({ profile: thresholds(1, 10, 'Profile'), item: thresholds(5, 30, 'Item') })
    .prefault({})
    .meta({ label: 'Coldness', help: 'From how much evidence somebody or something counts as known.' }),

  trust: z
    .object({
      interests: share(
        0.8,
        'Interests told',
        'Weight of a text someone gives; the rest stays with popularity.',
      ),
      liked: share(0.7, 'Items told as liked', 'Weight of items named in the request.'),
      attributes: share(0.3, 'Attributes', 'Weight of what the attributes of a profile say.'),
      searches: share(0.5, 'Earlier searches', 'Weight of the words a profile searched for.'),
      newItemsMost: share(
        0.9,
        'New items at most',
        'Weight of what a trained model says of items that nobody has met, for a profile with a long history.',
      ),
      newItemsHalfAt: z.number().positive().max(1_000).default(10).meta({
        label: 'New items half at',
        help: 'Liked items after which that weight is half.',
        unit: 'items',
      }),
      historyMost: share(0.6, 'History at most', 'Weight of what a profile did, when there is a lot of it.'),
      historyHalfAt: z.number().positive().max(1_000).default(3).meta({
        label: 'History half at',
        help: 'Events after which history has half of that weight.',
        unit: 'events',
      }),
    })
    .prefault({})
    .meta({
      label: 'Trust in evidence',
      help: 'What is not given to content stays with the popularity prior.',
    }),

  history: z
    .object({
      items: count(
        8,
        [1, 50],
        'Items of the history',
        'The strongest recent items that candidates are compared with.',
      ),
      halfLifeDays: days(60, 'Interest half-life', 'After this long an event counts half.'),
      breadth: share(
        0.9,
        'Breadth of the history',
        'Part that rewards closeness to many items of the history, not only the nearest.',
      ),
    })
    .prefault({})
    .meta({ label: 'History of a visitor', help: 'What is taken from what somebody did before.' }),

  weights: z
    .object({
      breadth: share(
        0.2,
        'Breadth of what was told',
        'Part that rewards closeness to all told things, not only the nearest.',
      ),
      lexical: share(0.25, 'Words in common', 'Weight of words shared with what was asked for.'),
      freshness: share(0.05, 'Freshness', 'What a brand-new item gains.'),
      disliked: share(0.5, 'Dislikes', 'What an item loses that is as close to a disliked one as can be.'),
    })
    .prefault({})
    .meta({ label: 'Other weights', help: 'What else counts in a score.' }),

  freshness: z
    .object({ halfLifeDays: days(30, 'Freshness half-life', 'After this long newness counts half.') })
    .prefault({})
    .meta({ label: 'Newness', help: 'How fast an item stops being new.' }),

  diversity: z
    .object({
      categoryPenalty: share(
        0.06,
        'Repeated category',
        'What a slot loses when its categories were shown before it.',
      ),
      saturation: count(
        6,
        [1, 50],
        'Full after',
        'Earlier slots of a category after which the whole penalty applies.',
      ),
    })
    .prefault({})
    .meta({ label: 'Diversity', help: 'How a list avoids to repeat itself.' }),

  exploration: z
    .object({
      impressionsPerDay: count(
        0,
        [0, 1_000_000],
        'Budget',
        'Impressions of new items for each placement and UTC day; 0: none. Never exceeded.',
      ).meta({ unit: 'impressions' }),
      share: share(0.5, 'Lists that explore', 'Part of the lists that show new items while there is budget.'),
      slots: count(1, [1, 5], 'Slots a list', 'New items in one list at most.'),
      firstPosition: count(3, [1, 50], 'First position', 'Where the first of them stands.'),
      distance: count(3, [1, 50], 'Distance', 'Positions from one of them to the next.'),
      items: count(100, [1, 500], 'Items on trial', 'New items that share the budget at a time.'),
      priorStrength: count(
        30,
        [20, 50],
        'Weight of the neighbours',
        'Impressions that the click rate of the content neighbours is worth.',
      ).meta({ unit: 'impressions' }),
      certainWidth: share(
        0.05,
        'Known from',
        'Width of the 95 % interval of the click rate at which an item leaves the trial.',
      ),
      minimumImpressions: count(
        0,
        [0, 1_000],
        'Least impressions',
        'What every item on trial gets before it may be retired; those that lack some get half of the slots.',
      ).meta({ unit: 'impressions' }),
      categoryShare: share(
        1,
        'Most of a category',
        'Part of the places on trial that items of one category take at most.',
      ),
      poorBelow: share(0.5, 'Poor below', "Share of the catalogue's click rate below which it is retired."),
    })
    .prefault({})
    .meta({ label: 'Exploration', help: 'Slots for items that nobody has seen yet.' }),

  search: z
    .object({
      exactTitle: z
        .number()
        .min(0)
        .max(5)
        .default(2)
        .meta({ label: 'Exact title', help: 'What an item gains whose title is the query.' }),
      lexical: share(0.5, 'Words', 'Weight of the words found.'),
      meaning: share(0.4, 'Meaning', 'Weight of the similarity of meaning.'),
      popularity: share(0.1, 'Popularity', 'Weight of the popularity prior.'),
      minimumSimilarity: share(
        0.25,
        'Least similarity',
        'Below it an item without any of the words is not a result.',
      ),
    })
    .prefault({})
    .meta({ label: 'Search', help: 'What counts when somebody searches. Only for placements of searches.' }),

  similar: z
    .object({
      meaning: share(0.75, 'Meaning', 'Weight of the similarity of meaning.'),
      lexical: share(0.15, 'Words', 'Weight of words in common.'),
      popularity: share(0.1, 'Popularity', 'Weight of the popularity prior.'),
    })
    .prefault({})
    .meta({
      label: 'Similar items',
      help: 'What counts beside an item. Only for placements of similar items.',
    }),
});

export type Strategy = z.output<typeof strategySchema>;
export type StrategyInput = z.input<typeof strategySchema>;

export const defaultStrategy: Strategy = strategySchema.parse({});

/** Where a list is meant to be of one kind (search, similar items), spreading its categories would only hurt. */
export const withoutDiversity = (strategy: Strategy): Strategy => ({
  ...strategy,
  diversity: { ...strategy.diversity, categoryPenalty: 0 },
});
