import { readFile } from 'node:fs/promises';
import { createEncoder } from '@kindling/encoder';

/**
 * How near the packaged int8 model comes to its float original, with one activation scale a token row (the default)
 * and with the one a batch that the file asks for. Not part of `kindling bench`, for the float model is not packaged:
 *
 *     npx tsx --conditions=source apps/cli/src/bench/embed-quality.ts FLOAT_MODEL_FOLDER TEXTS.json [LIMIT]
 *
 * TEXTS.json is an array of objects; each becomes lines of "name: value", every third one cut to 40 characters.
 */
export async function compareWithFloat(floatModel: string, texts: readonly string[]): Promise<object> {
  const encode = async (options: Parameters<typeof createEncoder>[0]) => {
    const encoder = await createEncoder({
      device: 'cpu',
      threads: 1,
      cacheBytes: 0,
      maximumTokens: 256,
      ...options,
    });
    const together = await encoder.encode(texts, 'passage');
    const alone: Float32Array[] = [];
    for (const text of texts) alone.push(...(await encoder.encode([text], 'passage')));
    await encoder.close();
    return { together, alone };
  };
  const float = await encode({ model: floatModel });
  const report = async (activationScales: 'row' | 'file') => {
    const { together, alone } = await encode({ activationScales });
    return {
      cosineToFloat: spread(together.map((vector, at) => dot(vector, float.together[at]))),
      cosineAloneToTogether: spread(together.map((vector, at) => dot(vector, alone[at]))),
      sharedOfTenNearest: sharedNeighbours(together, float.together),
    };
  };
  return { texts: texts.length, scalePerRow: await report('row'), scalePerBatch: await report('file') };
}

function sharedNeighbours(some: readonly Float32Array[], others: readonly Float32Array[]): number {
  const nearest = (vectors: readonly Float32Array[], of: number) =>
    vectors
      .map((vector, at) => ({ at, score: at === of ? -2 : dot(vector, vectors[of]) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, 10)
      .map(({ at }) => at);
  const shared = some.map((_, at) => {
    const wanted = new Set(nearest(others, at));
    return nearest(some, at).filter((neighbour) => wanted.has(neighbour)).length / 10;
  });
  return round(shared.reduce((sum, value) => sum + value, 0) / shared.length);
}

function spread(values: readonly number[]): object {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN);
  return { least: at(0), p5: at(0.05), median: at(0.5) };
}

function dot(a: Float32Array | undefined, b: Float32Array | undefined): number {
  let sum = 0;
  for (const [at, value] of (a ?? []).entries()) sum += value * (b?.[at] ?? Number.NaN);
  return sum;
}

const round = (value: number) => Math.round(value * 1e5) / 1e5;

if (process.argv[1]?.match(/bench\/embed-quality\.[jt]s$/)) {
  const [, , floatModel = '', textsFile = '', limit = '300'] = process.argv;
  const rows: Record<string, unknown>[] = JSON.parse(await readFile(textsFile, 'utf8'));
  const texts = rows.slice(0, Number(limit)).map((row, at) => {
    const lines = Object.entries(row).filter(([, value]) => value !== null);
    const text = lines.map(([name, value]) => `${name.replaceAll('_', ' ')}: ${value}`).join('\n');
    return at % 3 === 0 ? text.slice(0, 40) : text;
  });
  console.log(JSON.stringify(await compareWithFloat(floatModel, texts), null, 2));
}
