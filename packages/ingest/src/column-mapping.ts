import { createHash } from 'node:crypto';
import { KindlingError } from '@kindling/domain';

/** Which field of an item a column fills. Several columns may fill one list, and one column several fields. */
export interface ColumnMapping {
  readonly column: string;
  /** A field of an item, `attributes.<name>`, or `ignore`. */
  readonly field: string;
}

export const itemFields = [
  'id',
  'title',
  'description',
  'categories',
  'tags',
  'attributes',
  'price',
  'currency',
  'imageUrl',
  'url',
  'publishedAt',
  'expiresAt',
  'status',
] as const;
export type ItemField = (typeof itemFields)[number];

/** Names that columns go by, the most telling first; compared without case, spaces and punctuation. */
const aliases: Readonly<Record<Exclude<ItemField, 'attributes'>, readonly string[]>> = {
  id: [
    'id',
    'itemid',
    'externalid',
    'productid',
    'sku',
    'articleid',
    'movieid',
    'filmid',
    'contentid',
    'postid',
    'videoid',
    'trackid',
    'songid',
    'bookid',
    'newsid',
    'asin',
    'uniqueid',
    '编号',
    '商品id',
    '商品编号',
    '物品id',
    '主键',
  ],
  title: [
    'title',
    'name',
    'itemtitle',
    'itemname',
    'producttitle',
    'productname',
    'headline',
    'movietitle',
    'filmtitle',
    'articletitle',
    'booktitle',
    'trackname',
    'songname',
    '标题',
    '名称',
    '商品名称',
    '商品标题',
    '题目',
  ],
  description: [
    'description',
    'desc',
    'body',
    'content',
    'text',
    'summary',
    'abstract',
    'overview',
    'plot',
    'synopsis',
    'longdescription',
    'productdescription',
    'bodyhtml',
    '描述',
    '简介',
    '内容',
    '商品描述',
    '详情',
    '摘要',
  ],
  categories: [
    'categories',
    'category',
    'genres',
    'genre',
    'majorgenre',
    'producttype',
    'productcategory',
    'googleproductcategory',
    'topic',
    'topics',
    'section',
    'department',
    '分类',
    '类别',
    '类目',
    '类型',
    '频道',
  ],
  tags: ['tags', 'tag', 'keywords', 'keyword', 'labels', 'hashtags', '标签', '关键词', '关键字'],
  price: ['price', 'saleprice', 'listprice', 'unitprice', 'variantprice', '价格', '售价', '单价'],
  currency: ['currency', 'currencycode', 'pricecurrency', '货币', '币种'],
  imageUrl: [
    'imageurl',
    'image',
    'imagelink',
    'imagesrc',
    'picture',
    'pictureurl',
    'thumbnail',
    'thumbnailurl',
    'poster',
    'posterurl',
    'cover',
    'coverurl',
    '图片',
    '图片链接',
    '封面',
    '图片地址',
  ],
  url: ['url', 'link', 'producturl', 'itemurl', 'permalink', 'webpage', '链接', '网址', '商品链接', '地址'],
  publishedAt: [
    'publishedat',
    'published',
    'publishdate',
    'publicationdate',
    'pubdate',
    'releasedate',
    'released',
    'availablefrom',
    'availabilitydate',
    '发布时间',
    '发布日期',
    '上映日期',
    '上架时间',
    '出版日期',
  ],
  expiresAt: [
    'expiresat',
    'expires',
    'expirationdate',
    'expirydate',
    'availableuntil',
    '下架时间',
    '过期时间',
    '到期时间',
  ],
  status: ['status', 'itemstatus', '状态'],
};

const listFields: readonly string[] = ['categories', 'tags'];

const plainName = (name: string) =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_\-./:#()[\]]+/g, '');

/**
 * What each column is for: what the caller says, else what its name says. Of two columns that could fill one field the
 * more telling name does. A column that nothing is known of becomes an attribute of its own name.
 */
export function mapColumns(
  columns: readonly string[],
  explicit: readonly ColumnMapping[] = [],
): readonly ColumnMapping[] {
  checkExplicit(columns, explicit);
  const taken = new Set(explicit.map((one) => one.field));
  const mapped = new Map<string, string>();
  for (const field of Object.keys(aliases) as (keyof typeof aliases)[]) {
    if (taken.has(field)) continue;
    const free = columns.filter(
      (column) => !explicit.some((one) => one.column === column) && !mapped.has(column),
    );
    const match = aliases[field]
      .map((alias) => free.find((column) => plainName(column) === alias))
      .find((column) => column !== undefined);
    if (match !== undefined) mapped.set(match, field);
  }
  return columns.flatMap((column): readonly ColumnMapping[] => {
    const said = explicit.filter((one) => one.column === column);
    if (said.length > 0) return said;
    return [{ column, field: mapped.get(column) ?? attributeField(column) }];
  });
}

/** A column without a name cannot be an attribute, and one that is called attributes holds them all as JSON. */
function attributeField(column: string): string {
  if (column === '') return 'ignore';
  if (plainName(column) === 'attributes') return 'attributes';
  return column.startsWith('attributes.') ? column : `attributes.${column}`;
}

function checkExplicit(columns: readonly string[], explicit: readonly ColumnMapping[]): void {
  const filled = new Set<string>();
  for (const { column, field } of explicit) {
    if (!columns.includes(column)) {
      throw badMapping(`The mapping names a column "${column}", but the file has ${listed(columns)}.`);
    }
    if (!isField(field)) {
      throw badMapping(
        `The mapping names a field "${field}": use one of ${itemFields.join(', ')}, attributes.<name> or ignore.`,
      );
    }
    if (filled.has(field) && field !== 'ignore' && !listFields.includes(field)) {
      throw badMapping(`The mapping fills the field ${field} from two columns: keep one of them.`);
    }
    filled.add(field);
  }
}

const isField = (field: string) =>
  field === 'ignore' ||
  (itemFields as readonly string[]).includes(field) ||
  (field.startsWith('attributes.') && field.length > 'attributes.'.length);

/** Items need an id and a title; says which columns there are and how to map one. */
export function requireIdAndTitle(mapping: readonly ColumnMapping[]): void {
  for (const field of ['id', 'title']) {
    if (mapping.some((one) => one.field === field)) continue;
    const columns = [...new Set(mapping.map((one) => one.column))];
    throw badMapping(
      `No column holds the ${field}: map one of ${listed(columns)} to it (in the CLI: --map COLUMN=${field}).`,
    );
  }
}

const badMapping = (message: string) => new KindlingError('BAD_INPUT', message, { field: 'mapping' });

function listed(columns: readonly string[]): string {
  const shown = columns.slice(0, 30).map((column) => `"${column.slice(0, 60)}"`);
  return shown.join(', ') + (columns.length > 30 ? ` and ${columns.length - 30} more` : '');
}

/** Tells files with the same columns, for which a mapping is remembered. */
export const columnsHash = (columns: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(columns)).digest('hex');
