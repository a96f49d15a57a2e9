/** A source of uniform numbers in [0, 1). Core functions take one as an argument, never `Math.random`. */
export type Random = () => number;

/**
 * Deterministic generator: the same seed gives the same sequence on every machine.
 * Source: the sfc32 generator of PractRand (Chris Doty-Humphrey), seeded by the FNV-1a hash of the seed.
 */
export function seededRandom(seed: string | number): Random {
  let a = fnv1a(`a${seed}`);
  let b = fnv1a(`b${seed}`);
  let c = fnv1a(`c${seed}`);
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) next();
  return next;
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash | 0;
}
