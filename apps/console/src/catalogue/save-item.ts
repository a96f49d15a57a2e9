import { graphql } from '@/generated';

export const saveItemMutation = graphql(`
  mutation SaveItem($input: ItemInput!, $expectedRevision: String) {
    saveItem(input: $input, expectedRevision: $expectedRevision) { id revision }
  }
`);
