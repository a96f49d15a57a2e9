import type { Encoder, EncoderModel } from '@kindling/encoder';
import type { EventQueue, ExposureWriter, Pool, RankingStore, RecommendationLog } from '@kindling/storage';
import type { Authenticator } from './authentication.js';
import type { CatalogueMaps } from './catalogue-map/catalogue-maps.js';
import type { Funnel } from './experiments/funnel.js';
import type { Trials } from './experiments/trials.js';
import type { ListExplanations } from './list-explanations.js';
import type { ShownReader } from './list-request.js';
import type { Log } from './log.js';
import type { OffPolicyEstimates } from './off-policy/off-policy-estimates.js';
import type { OnboardingCards } from './onboarding-cards.js';
import type { PopulationDiffs } from './population-diff/population-diffs.js';
import type { RateLimits } from './rate-limits.js';
import type { Recommendations } from './recommendations.js';
import type { CatalogueRuntimes } from './runtime/catalogue-runtimes.js';

/** What resolvers work with; wired by hand in start.ts. */
export interface Services {
  readonly log: Log;
  readonly pool: Pool;
  readonly authenticator: Authenticator;
  readonly rateLimits: RateLimits;
  readonly runtimes: CatalogueRuntimes;
  readonly recommendations: Recommendations;
  readonly rankings: RankingStore;
  readonly exposures: RecommendationLog;
  /** First exposures of experiments. */
  readonly exposureWriter: ExposureWriter;
  readonly funnel: Funnel;
  /** Who is in which arm. */
  readonly trials: Trials;
  readonly shown: ShownReader;
  readonly explanations: ListExplanations;
  /** What other strategies would have brought. */
  readonly offPolicy: OffPolicyEstimates;
  /** Drafts against what is live, over a sample of the people. */
  readonly populationDiffs: PopulationDiffs;
  /** Every item of a catalogue on a plane. */
  readonly maps: CatalogueMaps;
  readonly onboardingCards: OnboardingCards;
  readonly events: EventQueue;
  readonly engines: Engines;
  readonly webhookPrivateTargets: boolean;
  /** What people call the OpenID provider that they may sign in by; null: there is none. */
  readonly signInProvider: string | null;
}

/** What this process works with, for the console's overview. */
export interface Engines {
  readonly vectors: string;
  readonly encoder: Encoder['device'] | null;
  readonly model: EncoderModel | null;
  /** Of Kindling. */
  readonly version: string;
}
