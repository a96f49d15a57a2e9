import { catalogueTemplates, type Scenario, scenarios } from '@kindling/domain';
import { type Strategy, type StrategyInput, strategySchema } from './strategy.js';

/**
 * What nobody has seen is never learned of without being shown. One slot of one list in five, in the sixth place, is
 * 2 % of what is shown in lists of ten, whatever the traffic; 500 a day are the end of a trial for two or three items.
 */
const modestExploration: StrategyInput['exploration'] = {
  impressionsPerDay: 500,
  share: 0.2,
  slots: 1,
  firstPosition: 6,
  minimumImpressions: 20,
};

/**
 * What a new catalogue starts with. The half-lives are those of its scenario; the weights differ only where the
 * scenario itself says so (news is nothing without freshness), everything else waits for an evaluation.
 */
export const presetStrategies: Readonly<Record<Scenario, Strategy>> = Object.fromEntries(
  scenarios.map((scenario) => [scenario, strategySchema.parse(presetOf(scenario))]),
) as Record<Scenario, Strategy>;

function presetOf(scenario: Scenario): StrategyInput {
  const { interestHalfLifeDays, freshnessHalfLifeDays } = catalogueTemplates[scenario];
  const ofScenario = {
    history: { halfLifeDays: interestHalfLifeDays },
    freshness: { halfLifeDays: freshnessHalfLifeDays },
    exploration: modestExploration,
  };
  switch (scenario) {
    case 'news':
      return { ...ofScenario, weights: { freshness: 0.4 } };
    case 'social':
      return { ...ofScenario, weights: { freshness: 0.2 } };
    case 'shop':
    case 'streaming':
      return ofScenario;
  }
}
