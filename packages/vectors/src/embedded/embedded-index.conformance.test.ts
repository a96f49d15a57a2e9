import { describeVectorIndex } from '../conformance.js';
import { createEmbeddedIndex } from './embedded-index.js';

for (const threads of [1, 2]) {
  describeVectorIndex(`The embedded index on ${threads} thread(s)`, () => createEmbeddedIndex({ threads }), {
    propertyRuns: 300,
  });
}
