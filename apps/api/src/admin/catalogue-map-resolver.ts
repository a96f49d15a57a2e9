import { itemNumber } from '@kindling/domain';
import { listItemNumbers } from '@kindling/storage';
import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import { CatalogueMapObject, MapItem } from './catalogue-map-types.js';
import { AdminItemFilter } from './item-types.js';

const mostNamed = 100;
const mostMatches = 20_000;
const numbersSchema = z
  .array(z.number().int().min(0, 'is below 0'))
  .max(mostNamed, `has more than ${mostNamed} entries: ask for those that are read`);

/** The catalogue as a picture. Points are numbers of items; what they are called is asked for when one is looked at. */
@Resolver()
export class CatalogueMapResolver {
  @Query(() => CatalogueMapObject)
  @Requires({ role: 'viewer', cost: () => 20 })
  async catalogueMap(
    @Arg('knownVersion', () => String, { nullable: true, description: 'Points of it are not sent again.' })
    knownVersion: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<CatalogueMapObject> {
    const { maps, runtimes } = context.services;
    const runtime = await runtimes.get(context.catalogue);
    const model = runtime.servingModel;
    if (model === null) return { ...nothing, state: 'EMPTY' };
    const { finished, done, total } = await maps.look(context.catalogue, model, Date.now());
    if (finished === null) return { ...nothing, state: 'DRAWING', done, total };
    const { picture, places } = finished;
    if (picture.itemCount === 0) return { ...nothing, state: 'EMPTY' };
    const { explained } = places;
    const points = picture.version === knownVersion ? null : picture.points;
    return { ...picture, state: 'READY', done: finished.total, total: finished.total, explained, points };
  }

  @Query(() => [MapItem], {
    description: `Of at most ${mostNamed} numbers; those that are gone are left out.`,
  })
  @Requires({ role: 'viewer' })
  async mapItems(
    @Arg('numbers', () => [Int]) numbers: number[],
    @Ctx() context: RequestContext,
  ): Promise<MapItem[]> {
    const { items } = await context.services.runtimes.get(context.catalogue);
    return parseInput(numbersSchema, numbers, 'numbers').flatMap((number) => {
      const row = items.rowOf(itemNumber(number));
      if (row === undefined) return [];
      return [
        { number, id: items.idAt(row), title: items.titleAt(row), categories: items.categoriesAt(row) },
      ];
    });
  }

  @Query(() => [Int], {
    description: `Numbers of the items that fit, at most ${mostMatches}, to be found on the map.`,
  })
  @Requires({ role: 'viewer', cost: () => 5 })
  mapMatches(
    @Arg('filter', () => AdminItemFilter) { query, status, encoding }: AdminItemFilter,
    @Ctx() { services, catalogue }: RequestContext,
  ): Promise<readonly number[]> {
    const filter = {
      query: query ?? undefined,
      status: status ?? undefined,
      encoding: encoding ?? undefined,
    };
    return listItemNumbers(services.pool, catalogue, filter, { after: 0, limit: mostMatches });
  }
}

const nothing = {
  done: 0,
  total: 0,
  explained: 0,
  itemCount: 0,
  newCount: 0,
  categories: [],
  version: '',
  pointCount: 0,
  points: null,
};
