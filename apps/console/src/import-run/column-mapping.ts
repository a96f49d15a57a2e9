import type { FileColumn } from './file-head';

/** What a column may become, besides an attribute of its own name. */
export const itemFields = [
  'id',
  'title',
  'description',
  'categories',
  'tags',
  'price',
  'currency',
  'imageUrl',
  'url',
  'publishedAt',
  'expiresAt',
  'status',
] as const;
export type ItemField = (typeof itemFields)[number];
export const requiredFields = ['id', 'title'] as const satisfies readonly ItemField[];

/** Column name to target: an item field, `attributes.<name>`, or '' to leave the column out. */
export type ColumnMapping = Readonly<Record<string, string>>;

/** Other names that files use, compared without case, spaces and punctuation; earlier ones fit better. */
const aliases: Readonly<Record<ItemField, readonly string[]>> = {
  id: [
    'id',
    'itemid',
    'productid',
    'sku',
    'articleid',
    'movieid',
    'filmid',
    'trackid',
    'externalid',
    'asin',
    'uuid',
    'key',
    '编号',
  ],
  title: ['title', 'name', 'headline', 'productname', 'itemname', 'label', '标题', '名称'],
  description: [
    'description',
    'summary',
    'overview',
    'abstract',
    'body',
    'text',
    'content',
    'plot',
    '描述',
    '简介',
  ],
  categories: [
    'categories',
    'category',
    'genres',
    'genre',
    'majorgenre',
    'topic',
    'topics',
    'section',
    'producttype',
    'department',
    '类别',
    '分类',
  ],
  tags: ['tags', 'tag', 'keywords', 'labels', '标签'],
  price: ['price', 'saleprice', 'amount', '价格'],
  currency: ['currency', 'currencycode', '货币'],
  imageUrl: ['imageurl', 'image', 'imagelink', 'picture', 'thumbnail', 'thumbnailurl', 'poster', '图片'],
  url: ['url', 'link', 'producturl', 'permalink', 'href', '链接'],
  publishedAt: [
    'publishedat',
    'published',
    'publishdate',
    'publicationdate',
    'releasedate',
    'date',
    'createdat',
    'availablefrom',
    '发布时间',
  ],
  expiresAt: ['expiresat', 'expires', 'expirydate', 'enddate', 'availableuntil', '过期时间'],
  status: ['status', 'state', 'availability', '状态'],
};

const plain = (name: string) => name.toLowerCase().replace(/[\s_\-.()/]+/g, '');

/** A first proposal: the best named column for each field, every other column as an attribute. */
export function suggestMapping(columns: readonly FileColumn[]): ColumnMapping {
  const mapping: Record<string, string> = Object.fromEntries(
    columns.map(({ name }) => [name, attributeTarget(name)]),
  );
  for (const field of itemFields) {
    const ranked = columns
      .filter(({ name }) => mapping[name] === attributeTarget(name))
      .map(({ name }) => ({ name, place: aliases[field].indexOf(plain(name)) }))
      .filter(({ place }) => place >= 0)
      .sort((a, b) => a.place - b.place);
    const best = ranked[0];
    if (best !== undefined) mapping[best.name] = field;
  }
  return mapping;
}

export const attributeTarget = (column: string) => `attributes.${column}`;

/** Gives a column a target; an item field has one column at most, so the one that had it becomes an attribute. */
export function assign(mapping: ColumnMapping, column: string, target: string): ColumnMapping {
  const isField = itemFields.some((field) => field === target);
  const freed = Object.entries(mapping).map(([name, old]) => [
    name,
    isField && old === target ? attributeTarget(name) : old,
  ]);
  return { ...Object.fromEntries(freed), [column]: target };
}

export const missingFields = (mapping: ColumnMapping) =>
  requiredFields.filter((field) => !Object.values(mapping).includes(field));
