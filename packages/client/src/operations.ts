/**
 * The operations that this client sends. Their texts are fixed: the API registers them by SHA-256 (documentId), so
 * that a site in production need not send, nor the server parse, any GraphQL.
 */
const list = `
    recommendationId
    placement
    coldness
    strategy { key version name }
    experiment { experiment variant }
    served { level reason }
    degraded { part reason }
    pageInfo { hasNextPage endCursor }
    edges {
      cursor
      rank
      score
      reason
      coldness
      isExploration
      propensity
      node { id title description categories tags attributes price currency imageUrl url publishedAt }
    }`;

export const operationTexts = {
  recommendations: `query Recommendations($subject: SubjectInput!, $placement: String! = "home", $first: Int, $after: String, $filter: ItemFilterInput, $context: ContextInput) {
  recommendations(subject: $subject, placement: $placement, first: $first, after: $after, filter: $filter, context: $context) {${list}
  }
}`,
  similarItems: `query SimilarItems($itemId: ID!, $subject: SubjectInput, $placement: String! = "similar", $first: Int, $after: String, $filter: ItemFilterInput) {
  similarItems(itemId: $itemId, subject: $subject, placement: $placement, first: $first, after: $after, filter: $filter) {${list}
  }
}`,
  search: `query Search($query: String!, $subject: SubjectInput, $first: Int, $after: String, $filter: ItemFilterInput) {
  search(query: $query, subject: $subject, first: $first, after: $after, filter: $filter) {${list}
  }
}`,
  item: `query Item($id: ID!) {
  item(id: $id) { id title description categories tags attributes price currency imageUrl url publishedAt expiresAt status coldness }
}`,
  trackEvents: `mutation TrackEvents($events: [EventInput!]!) {
  trackEvents(events: $events) { accepted duplicates rejected { index field code message } }
}`,
  mergeProfiles: `mutation MergeProfiles($from: ID!, $into: ID!) {
  mergeProfiles(from: $from, into: $into) { id events }
}`,
} as const;

export type OperationName = keyof typeof operationTexts;
