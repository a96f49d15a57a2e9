import type { WebhookKind } from '@/generated/graphql';

/** What a webhook may hear of, in the order of the form. The API's own words stand in the body it sends. */
export const webhookKinds = {
  IMPORT_FINISHED: 'import.finished',
  TRAINING_FINISHED: 'training.finished',
  MODEL_ACTIVATED: 'model.activated',
  RULE_PUBLISHED: 'rule.published',
  EXPERIMENT_NEEDS_DECISION: 'experiment.needs-decision',
  EXPERIMENT_BROKEN_SPLIT: 'experiment.broken-split',
  DEAD_LETTER_CREATED: 'dead-letter.created',
} as const satisfies Record<WebhookKind, string>;
export const webhookKindNames = Object.keys(webhookKinds) as readonly WebhookKind[];
