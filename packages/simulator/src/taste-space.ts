import { type Item, type ItemId, seededRandom } from '@kindling/domain';
import { normal } from './normal.js';

/** What the simulator reads of an item. */
export type TastedItem = Pick<Item, 'id' | 'categories' | 'tags'>;

export interface TasteSpaceOptions {
  readonly seed: string | number;
  /** Dimensions of the latent space. */
  readonly dimensions?: number;
  /** How much of an item no category or tag explains, relative to one category. */
  readonly idiosyncrasy?: number;
}

/**
 * Where items lie in the latent space of tastes. An item is the sum of a direction for each of its categories
 * (weight 1) and tags (weight 0.4) and of a direction of its own, scaled to length 1. Directions depend on the
 * seed and the name alone: adding an item to a catalogue moves no other. `quality` is standard normal, and is
 * what everybody agrees on.
 */
export class TasteSpace {
  readonly dimensions: number;
  private readonly directions = new Map<string, Float64Array>();
  private readonly vectors = new Map<ItemId, Float64Array>();
  private readonly qualities = new Map<ItemId, number>();

  constructor(private readonly options: TasteSpaceOptions) {
    this.dimensions = options.dimensions ?? 16;
  }

  direction(name: string): Float64Array {
    const known = this.directions.get(name);
    if (known !== undefined) return known;
    const random = seededRandom(`${this.options.seed}/direction/${name}`);
    const made = normalised(Float64Array.from({ length: this.dimensions }, () => normal(random)));
    this.directions.set(name, made);
    return made;
  }

  vector(item: TastedItem): Float64Array {
    const known = this.vectors.get(item.id);
    if (known !== undefined) return known;
    const sum = new Float64Array(this.dimensions);
    for (const category of item.categories) add(sum, this.direction(category), 1);
    for (const tag of item.tags) add(sum, this.direction(tag), 0.4);
    const random = seededRandom(`${this.options.seed}/own/${item.id}`);
    const own = normalised(Float64Array.from({ length: this.dimensions }, () => normal(random)));
    add(sum, own, this.options.idiosyncrasy ?? 0.5);
    const made = normalised(sum);
    this.vectors.set(item.id, made);
    return made;
  }

  quality(id: ItemId): number {
    const known = this.qualities.get(id);
    if (known !== undefined) return known;
    const made = normal(seededRandom(`${this.options.seed}/quality/${id}`));
    this.qualities.set(id, made);
    return made;
  }
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}

export function add(target: Float64Array, other: Float64Array, factor: number): void {
  for (let index = 0; index < target.length; index++) {
    target[index] = (target[index] ?? 0) + factor * (other[index] ?? 0);
  }
}

export function normalised(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}
