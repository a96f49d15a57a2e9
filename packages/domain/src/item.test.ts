import { describe, expect, it } from 'vitest';
import { isLive, itemPayload, itemSchema } from './item.js';

const parse = (row: Record<string, unknown>) => itemSchema.safeParse({ id: 'a', title: 'A', ...row });
const problemOf = (row: Record<string, unknown>) => {
  const result = parse(row);
  if (result.success) throw new Error('expected a refusal');
  return result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ');
};

describe('an item', () => {
  it('needs no more than an id and a title', () => {
    expect(itemSchema.parse({ id: 'a', title: ' A film ' })).toMatchObject({
      title: 'A film',
      categories: [],
      attributes: {},
      price: null,
      status: 'ACTIVE',
    });
  });

  it('keeps each category and tag once, without blanks around it', () => {
    expect(itemSchema.parse({ id: 'a', title: 'A', tags: [' x', 'x', 'y '] }).tags).toEqual(['x', 'y']);
  });

  it.each([
    [{ id: '' }, 'id is empty'],
    [{ title: '   ' }, 'title is empty'],
    [{ title: 'a\0b' }, 'title contains a NUL character'],
    [{ price: -1 }, 'price is negative'],
    [{ price: 'much' }, 'price is not a number'],
    [{ currency: 'euro' }, 'currency is not a three-letter currency code such as EUR'],
    [{ url: 'javascript:alert(1)' }, 'url is not an http or https address'],
    [{ status: 'GONE' }, 'status is not one of ACTIVE, HIDDEN'],
    [{ attributes: { a: Number.NaN } }, 'attributes is not a JSON object'],
    [{ publishedAt: new Date(2), expiresAt: new Date(1) }, 'expiresAt is not after publishedAt'],
  ])('is refused with the field and the reason: %j', (row, problem) => {
    expect(problemOf(row)).toContain(problem);
  });

  it('is live from its publication until it expires, and never while hidden', () => {
    const item = { status: 'ACTIVE', publishedAt: new Date(10), expiresAt: new Date(20) } as const;
    expect([9, 10, 19, 20].map((at) => isLive(item, new Date(at)))).toEqual([false, true, true, false]);
    expect(isLive({ ...item, status: 'HIDDEN' }, new Date(15))).toBe(false);
  });

  it('offers scalar attributes and lists of them to filters, and leaves nested ones out', () => {
    const item = itemSchema.parse({
      id: 'a',
      title: 'A',
      attributes: { year: 1999, cast: ['x', { role: 'y' }], nested: { a: 1 } },
    });
    expect(itemPayload(item)).toMatchObject({ 'attributes.year': 1999, 'attributes.cast': ['x'] });
    expect(itemPayload(item)).not.toHaveProperty('attributes.nested');
  });
});
