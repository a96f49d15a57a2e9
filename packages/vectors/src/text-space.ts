import type { ModelId } from '@kindling/domain';

/** The space that holds the vectors of items' texts by one model. */
export const textSpace = (model: ModelId) => `text-${model}`;
