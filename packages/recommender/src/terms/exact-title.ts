import type { CandidatePool } from '../candidate-pool.js';
import { tokenise } from '../lexical/tokenise.js';
import type { ItemView } from '../ports.js';
import { entry, type Term } from './term.js';

/** The whole weight for an item whose title has the words of the query, all of them, in order, and no others. */
export function exactTitle(query: string, pool: CandidatePool, items: ItemView, weight: number): Term {
  const wanted = tokenise(query).join(' ');
  const value = (candidate: number) => {
    const title = items.titleAt(pool.rows[candidate] ?? -1);
    // Most titles are told apart by their length, without looking at their words.
    if (wanted === '' || Math.abs(title.length - query.length) > query.length) return 0;
    return tokenise(title).join(' ') === wanted ? weight : 0;
  };
  return {
    addTo: (sum, candidate) => sum + value(candidate),
    entries: (candidate) => {
      const points = value(candidate);
      return points === 0 ? [] : [entry('exactTitle', points)];
    },
  };
}
