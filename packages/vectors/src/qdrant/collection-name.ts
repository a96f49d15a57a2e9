import { KindlingError } from '@kindling/domain';

/** Qdrant's own limit on a collection's name is 255 bytes. */
const longestName = 255;

/**
 * Spaces and aliases as names of collections and aliases in Qdrant: one prefix for all of ours, and every byte
 * that is not an ASCII letter, digit, dot or hyphen as `_hh`, because model ids hold slashes and at-signs.
 */
export class CollectionNames {
  constructor(private readonly prefix: string) {}

  of(name: string): string {
    const encoded = `${this.prefix}${name.replace(/[^A-Za-z0-9.-]/gu, escapeBytes)}`;
    if (name === '' || encoded.length > longestName) {
      throw new KindlingError(
        'BAD_INPUT',
        `The space or alias "${name.slice(0, 80)}" needs ${encoded.length} characters as a name in Qdrant; ` +
          `from 1 to ${longestName - this.prefix.length} are allowed. Shorten it.`,
        { field: 'space' },
      );
    }
    return encoded;
  }

  /** The name behind a collection or alias, or null for one that is not ours. */
  read(collection: string): string | null {
    if (!collection.startsWith(this.prefix)) return null;
    const encoded = collection.slice(this.prefix.length);
    if (!/^(?:[A-Za-z0-9.-]|_[0-9a-f]{2})+$/.test(encoded)) return null;
    try {
      return decodeURIComponent(encoded.replaceAll('_', '%'));
    } catch {
      return null;
    }
  }
}

const escapeBytes = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `_${byte.toString(16).padStart(2, '0')}`).join('');
