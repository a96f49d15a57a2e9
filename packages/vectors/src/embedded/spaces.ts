import { KindlingError } from '@kindling/domain';
import type { SpaceDefinition } from '../port.js';
import { maximumDimensions } from './kernel.js';

/** A space with the number that threads know it by: a space made anew under an old name has another. */
export interface NumberedSpace {
  readonly number: number;
  readonly definition: SpaceDefinition;
}

/** Names of spaces and aliases. Every change is one assignment, so every reader sees it whole or not at all. */
export class Spaces {
  private readonly spaces = new Map<string, NumberedSpace>();
  private readonly aliases = new Map<string, string>();
  private nextNumber = 1;

  ensure(definition: SpaceDefinition): boolean {
    const { name, model, dimensions } = definition;
    if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > maximumDimensions) {
      fail('BAD_INPUT', `Space ${name}: ${dimensions} dimensions are not from 1 to ${maximumDimensions}`);
    }
    if (this.aliases.has(name)) fail('CONFLICT', `${name} is an alias; give the space another name`);
    const known = this.spaces.get(name)?.definition;
    if (known && (known.model !== model || known.dimensions !== dimensions)) {
      fail(
        'CONFLICT',
        `Space ${name} holds vectors of ${known.model} with ${known.dimensions} dimensions, ` +
          `not of ${model} with ${dimensions}; use a space of its own for each model`,
      );
    }
    if (known) return false;
    this.spaces.set(name, { number: this.nextNumber++, definition: { name, model, dimensions } });
    return true;
  }

  drop(name: string): NumberedSpace | null {
    const alias = [...this.aliases].find(([, space]) => space === name)?.[0];
    if (alias !== undefined) fail('CONFLICT', `Alias ${alias} points to space ${name}; switch it first`);
    const space = this.spaces.get(name) ?? null;
    this.spaces.delete(name);
    return space;
  }

  switchAlias(alias: string, name: string): void {
    if (!this.spaces.has(name)) fail('NOT_FOUND', `There is no vector space ${name}`);
    if (this.spaces.has(alias)) fail('CONFLICT', `${alias} is a space; an alias needs another name`);
    this.aliases.set(alias, name);
  }

  target(alias: string): string | null {
    return this.aliases.get(alias) ?? null;
  }

  /** The space of a name or an alias. */
  find(name: string): NumberedSpace {
    const space = this.spaces.get(this.aliases.get(name) ?? name);
    if (!space) fail('NOT_FOUND', `There is no vector space ${name}`);
    return space;
  }

  get definitions(): readonly SpaceDefinition[] {
    return [...this.spaces.values()].map((space) => space.definition);
  }
  get aliasEntries(): readonly (readonly [string, string])[] {
    return [...this.aliases];
  }
}

function fail(code: 'BAD_INPUT' | 'CONFLICT' | 'NOT_FOUND', message: string): never {
  throw new KindlingError(code, message);
}
