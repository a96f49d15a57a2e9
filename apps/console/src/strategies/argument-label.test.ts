import { describe, expect, it } from 'vitest';
import { formNode } from '@/form/form-node';
import { argumentLabel } from './argument-label';

const node = formNode({
  type: 'object',
  properties: {
    trust: {
      type: 'object',
      label: 'Trust',
      properties: { liked: { type: 'number', label: 'Liked items' }, plain: { type: 'number' } },
    },
    sources: {
      type: 'array',
      label: 'Sources',
      items: { type: 'object', properties: { limit: { type: 'number', label: 'At most' } } },
    },
  },
});

describe('the label of an argument', () => {
  it.each([
    ['trust.liked', ['Trust', 'Liked items']],
    ['trust.plain', ['Trust', 'plain']],
    ['sources.2.limit', ['Sources', '2', 'At most']],
    ['gone.since', ['gone', 'since']],
  ])('of %s is %j', (path, labels) => expect(argumentLabel(node, path)).toEqual(labels));
});
