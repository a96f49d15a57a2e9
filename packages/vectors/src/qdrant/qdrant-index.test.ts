import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeVectorIndex } from '../conformance.js';
import { createQdrantIndex } from './qdrant-index.js';
import { type QdrantStub, startQdrantStub } from './qdrant-stub.fixture.js';

describe('on a stub of Qdrant, whose requests and answers are checked against the types of its client', () => {
  let stub: QdrantStub;
  beforeAll(async () => {
    stub = await startQdrantStub();
  });
  afterAll(() => stub.close());

  describeVectorIndex('The Qdrant engine (on the stub)', async () => createQdrantIndex({ url: stub.url }));

  it('has sent and received only what the client’s types admit', () => {
    expect(stub.requests.length).toBeGreaterThan(100);
    expect(stub.violations).toEqual([]);
  });
});

const url = process.env.QDRANT_URL;
const apiKey = process.env.QDRANT_API_KEY;
describeVectorIndex(
  'The Qdrant engine (live, on the server at QDRANT_URL)',
  async () =>
    createQdrantIndex({
      url: url ?? '',
      ...(apiKey ? { apiKey } : {}),
      collectionPrefix: 'kindling-test-',
      timeoutMs: 10_000,
    }),
  { recall: 0.95, ...(url ? {} : { skip: 'QDRANT_URL is not set, so no real server was asked' }) },
);
