import { catalogueTemplates, type Scenario, scenarios } from '@kindling/domain';
import { type Strategy, type StrategyInput, strategySchema } from './strategy.js';

/**
 * What a new catalogue starts with. The half-lives are those of its scenario; the weights differ only where the
 * scenario itself says so (news is nothing without freshness), everything else waits for an evaluation.
 */
export const presetStrategies: Readonly<Record<Scenario, Strategy>> = Object.fromEntries(
  scenarios.map((scenario) => [scenario, strategySchema.parse(presetOf(scenario))]),
) as Record<Scenario, Strategy>;

function presetOf(scenario: Scenario): StrategyInput {
  const { interestHalfLifeDays, freshnessHalfLifeDays } = catalogueTemplates[scenario];
  const halfLives = {
    history: { halfLifeDays: interestHalfLifeDays },
    freshness: { halfLifeDays: freshnessHalfLifeDays },
  };
  switch (scenario) {
    case 'news':
      return { ...halfLives, weights: { freshness: 0.4 } };
    case 'social':
      return { ...halfLives, weights: { freshness: 0.2 } };
    case 'shop':
    case 'streaming':
      return halfLives;
  }
}
