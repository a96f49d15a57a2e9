import { afterAll, beforeAll, describe } from 'vitest';
import { describeFilters } from './conformance/filters.js';
import { describeFusionAndGroups } from './conformance/fusion-and-groups.js';
import { describeNearest } from './conformance/nearest.js';
import { describeRecommend } from './conformance/recommend.js';
import { describeSpaces } from './conformance/spaces.js';
import type { Bench, ConformanceOptions } from './conformance/world.js';
import { describeWrites } from './conformance/writes.js';
import type { VectorIndex } from './port.js';

export type { ConformanceOptions } from './conformance/world.js';

/**
 * Holds an engine to every promise of the port, against a brute-force oracle in float64. `makeIndex` is called once;
 * every test works in spaces of its own, so that a server with other data will do. What an engine says it cannot do
 * (`capabilities`) is checked to throw UNSUPPORTED, and its other tests show as skipped, by name.
 */
export function describeVectorIndex(
  name: string,
  makeIndex: () => Promise<VectorIndex>,
  options: ConformanceOptions = {},
): void {
  const title = `${name} keeps the promises of the vector index`;
  const suite = options.skip === undefined ? describe : describe.skip;
  suite(options.skip === undefined ? title : `${title} (skipped: ${options.skip})`, () => {
    let index: VectorIndex | undefined;
    beforeAll(async () => {
      index = await makeIndex();
    });
    afterAll(() => index?.close());

    const bench: Bench = {
      index: () => {
        if (!index) throw new Error('The index is made before the tests run');
        return index;
      },
      tolerance: options.tolerance ?? 1e-5,
      recall: options.recall ?? 1,
      propertyRuns: options.propertyRuns ?? 100,
    };
    describeSpaces(bench);
    describeWrites(bench);
    describeNearest(bench);
    describeFilters(bench);
    describeRecommend(bench);
    describeFusionAndGroups(bench);
  });
}
