import { fragments } from '@/generated/fragments';
import type { graphql as typed } from '@/generated/gql';

/**
 * An operation as it is sent: its text, and the fragments that it spreads. Sources import it as `@/generated` (see
 * tsconfig.json), in place of the generated function, which finds texts in a list of all operations there are: every
 * page would load all of them, twice.
 */
export const graphql = ((text: string) => [text, ...fragmentsOf(text)].join('\n')) as unknown as typeof typed;

/** Every fragment that a text spreads, directly or by another one, once. */
function fragmentsOf(text: string, found = new Map<string, string>()): readonly string[] {
  for (const [, name = ''] of text.matchAll(/\.\.\.\s*([A-Z]\w*)/g)) {
    const fragment = fragments[name];
    if (fragment === undefined || found.has(name)) continue;
    found.set(name, fragment);
    fragmentsOf(fragment, found);
  }
  return [...found.values()];
}
