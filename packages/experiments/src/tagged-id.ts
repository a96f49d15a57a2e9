/**
 * Ids of lists that belong to an experiment say so themselves: attribution needs no log of the lists, of which a kill
 * can lose the last ones. A UUID of version 8 (RFC 9562, for own layouts): 32 bits of experiment, 28 bits of the
 * minute since 1970, 62 random bits.
 */
export function taggedId(uuid: string, tag: string, at: Date): string {
  const minute = Math.floor(at.getTime() / 60_000)
    .toString(16)
    .padStart(7, '0');
  return `${tag}-${minute.slice(0, 4)}-8${minute.slice(4)}-${uuid.slice(19)}`;
}

/** Eight hex digits of a version of an experiment, by the FNV-1a hash. */
export function experimentTag(catalogue: string, key: string, version: number): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${catalogue}/${key}/${version}`)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
