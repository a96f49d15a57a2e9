/**
 * A uniform number in [0, 1) with 53 bits, from a salt and a unit: the same in every process, on every machine and
 * after every restart, and independent of what the same unit gets under another salt. Pure integer arithmetic over
 * UTF-16 code units; two 32-bit lanes in the manner of MurmurHash3 (Appleby, public domain), each with its own
 * multipliers, and its finaliser over both.
 *
 * `draw` gives further independent numbers of the same salt and unit.
 *
 * Not for secrets: who chooses a unit's name can choose its number.
 */
export function uniformOf(salt: string, unit: string, draw = 0): number {
  let one = 0x9e3779b9 ^ draw;
  let two = 0x85ebca6b ^ draw;
  // the length keeps ("ab", "c") and ("a", "bc") apart
  one = mix(one, salt.length, 0xcc9e2d51);
  two = mix(two, salt.length, 0x1b873593);
  for (let at = 0; at < salt.length; at++) {
    const code = salt.charCodeAt(at);
    one = mix(one, code, 0xcc9e2d51);
    two = mix(two, code, 0x1b873593);
  }
  for (let at = 0; at < unit.length; at++) {
    const code = unit.charCodeAt(at);
    one = mix(one, code, 0xcc9e2d51);
    two = mix(two, code, 0x1b873593);
  }
  one = finish(one ^ unit.length);
  two = finish(two ^ one);
  one = finish(one ^ two);
  return ((two >>> 5) * 2 ** 26 + (one >>> 6)) / 2 ** 53;
}

function mix(lane: number, code: number, multiplier: number): number {
  const mixed = Math.imul(lane ^ code, multiplier);
  return Math.imul((mixed << 15) | (mixed >>> 17), 5) + 0x52dce729;
}

function finish(lane: number): number {
  let mixed = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
