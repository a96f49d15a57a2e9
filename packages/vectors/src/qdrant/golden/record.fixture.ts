/*
 * Writes transcript.json, the requests that the real engine is then asked by generate.py. In packages/vectors:
 *   node --import tsx --conditions=source src/qdrant/golden/record.fixture.ts && python3 src/qdrant/golden/generate.py
 */
import { writeFileSync } from 'node:fs';
import { createQdrantIndex } from '../qdrant-index.js';
import { startQdrantStub } from '../qdrant-stub.fixture.js';
import { playGolden } from './golden.fixture.js';

const stub = await startQdrantStub();
const entries = await playGolden(createQdrantIndex({ url: stub.url }), stub);
await stub.close();
const lines = entries.map(({ stubResult: _, ...entry }) => JSON.stringify(entry)).join(',\n');
writeFileSync(new URL('./transcript.json', import.meta.url), `[\n${lines}\n]\n`);
console.log(`${entries.length} requests`);
