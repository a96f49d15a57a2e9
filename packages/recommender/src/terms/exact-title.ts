import type { CandidatePool } from '../candidate-pool.js';
import { tokenise } from '../lexical/tokenise.js';
import type { ItemView } from '../ports.js';
import { entry, type Term } from './term.js';

const plain = /[a-z0-9]/;

/** The whole weight for an item whose title has the words of the query, all of them, in order, and no others. */
export function exactTitle(query: string, pool: CandidatePool, items: ItemView, weight: number): Term {
  const wanted = tokenise(query).join(' ');
  const value = (candidate: number) => {
    const title = items.titleAt(pool.rowAt(candidate));
    // Most titles are told apart by their first letter, without looking at their words.
    const first = title.charAt(0).toLowerCase();
    if (wanted === '' || (plain.test(first) && first !== wanted.charAt(0))) return 0;
    return tokenise(title).join(' ') === wanted ? weight : 0;
  };
  return {
    addTo: (sums) => {
      for (let candidate = 0; candidate < sums.length; candidate++) {
        sums[candidate] = (sums[candidate] as number) + value(candidate);
      }
    },
    entries: (candidate) => {
      const points = value(candidate);
      return points === 0 ? [] : [entry('exactTitle', points)];
    },
  };
}
