import { itemId, KindlingError } from '@kindling/domain';
import { type ItemFinding, type Locale, lintItem, sentence } from '@kindling/recommender';
import { readItem } from '@kindling/storage';
import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { otherLanguage } from './detect-language.js';
import { encoderLanguages } from './encoder-languages.js';
import { ItemFindingObject } from './segment-types.js';

const neighboursAsked = 5;

@Resolver()
export class ItemLintResolver {
  @Query(() => [ItemFindingObject], {
    description:
      'Day-0 check of an item: too little text, near-duplicates, no neighbours, a language the encoder does not read.',
  })
  @Requires({ role: 'viewer', cost: () => 5 })
  async lintItem(
    @Arg('id', () => ID) id: string,
    @Ctx() context: RequestContext,
  ): Promise<ItemFindingObject[]> {
    const { pool, runtimes, engines } = context.services;
    const item = await readItem(pool, context.catalogue, itemId(id));
    if (!item) throw new KindlingError('NOT_FOUND', `There is no item "${id}"`, { field: 'id' });
    const runtime = await runtimes.get(context.catalogue);
    const { neighbours } = runtime.serving.recommender;
    const vector = (await neighbours.vectorsOf([item.number])).get(item.number);
    const [near = []] = vector
      ? await neighbours.nearest({ vectors: [vector], limit: neighboursAsked + 1, exclude: [item.number] })
      : [];
    const known = near.flatMap(({ key, score }) => {
      const row = runtime.items.rowOf(key);
      return row === undefined ? [] : [{ id: runtime.items.idAt(row), similarity: score }];
    });
    const reads = encoderLanguages(engines.model?.name ?? '');
    const found = lintItem({
      item,
      neighbours: vector ? known : null,
      encoderScripts: reads?.scripts ?? null,
      ...(reads && { foreignLanguage: (text: string) => otherLanguage(text, reads.languages) }),
    });
    return found.map((finding) => ({
      code: finding.code,
      message: textOf(finding, context.request.locale),
      itemIds: finding.code === 'nearDuplicate' ? finding.of : [],
    }));
  }
}

function textOf(finding: ItemFinding, locale: Locale): string {
  const key = `item.${finding.code}`;
  switch (finding.code) {
    case 'tooLittleText':
      return sentence({ key, values: { count: finding.words } }, locale);
    case 'nearDuplicate':
      return sentence({ key, values: { ids: finding.of.join(', ') } }, locale);
    case 'noNeighbours':
      return sentence({ key, values: {} }, locale);
    case 'wrongLanguage': {
      if (finding.language !== null) {
        const about = new Intl.DisplayNames([locale], { type: 'language' }).of(finding.language) ?? '';
        return sentence({ key: `${key}.language`, values: { about } }, locale);
      }
      return sentence({ key, values: { percent: `${Math.round(100 * finding.foreignShare)} %` } }, locale);
    }
  }
}
