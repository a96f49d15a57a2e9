import { assertNever } from '@kindling/domain';
import type { RecommenderPorts } from './ports.js';
import type { Strategy } from './strategy.js';

/**
 * The ports and the weights that a strategy's ranker goes by. `blend`: all of them · `similarity`: without the trained
 * model, so that what an item is and what a person told decide, over the popularity prior · `popularity`: the prior, newness
 * and dislikes, whatever is known of the person. Sources, exploration, diversity and rules act in each.
 */
export function rankedBy(
  ports: RecommenderPorts,
  strategy: Strategy,
): { readonly ports: RecommenderPorts; readonly strategy: Strategy } {
  const { collaborative: _, ...withoutModel } = ports;
  switch (strategy.ranker) {
    case 'blend':
      return { ports, strategy };
    case 'similarity':
      return { ports: withoutModel, strategy };
    case 'popularity': {
      const { trust } = strategy;
      const none = { interests: 0, liked: 0, attributes: 0, searches: 0, historyMost: 0 };
      return { ports: withoutModel, strategy: { ...strategy, trust: { ...trust, ...none } } };
    }
    default:
      return assertNever(strategy.ranker);
  }
}
