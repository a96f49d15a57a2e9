import { tokenise } from '../lexical/tokenise.js';
import { tfIdfFeatures } from '../training/sparse-features.js';
import type { Ranker } from './ranker.js';

/**
 * Lexical kNN: the sum over the history of the tf-idf cosine of title, description, categories and tags with the
 * item's (G. Salton, C. Buckley, Term-weighting Approaches in Automatic Text Retrieval, 1988). The words of the history are added up first, so that a score costs one sparse product.
 */
export const lexicalKnnRanker: Ranker = {
  name: 'lexical kNN',
  async fit({ items }) {
    const features = tfIdfFeatures(
      items.map(({ title, description, categories, tags }) =>
        tokenise([title, description ?? '', ...categories, ...tags].join('\n')),
      ),
    );
    return {
      score(history, candidates, out) {
        const profile = new Float64Array(features.features);
        for (const { item, weight } of history) {
          for (let at = features.starts[item] ?? 0; at < (features.starts[item + 1] ?? 0); at++) {
            const column = features.columns[at] ?? 0;
            profile[column] = (profile[column] ?? 0) + weight * (features.weights[at] ?? 0);
          }
        }
        candidates.forEach((item, place) => {
          let dot = 0;
          for (let at = features.starts[item] ?? 0; at < (features.starts[item + 1] ?? 0); at++) {
            dot += (features.weights[at] ?? 0) * (profile[features.columns[at] ?? 0] ?? 0);
          }
          out[place] = dot;
        });
      },
    };
  },
};
