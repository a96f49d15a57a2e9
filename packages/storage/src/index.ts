export * from './audit-actions.js';
export * from './audit-store.js';
export * from './baseline-store.js';
export * from './catalogue-signature.js';
export * from './catalogue-store.js';
export * from './catalogue-words.js';
export * from './change-feed.js';
export * from './change-sequence.js';
export * from './database.js';
export * from './dead-letter-store.js';
export * from './encoder-model-store.js';
export * from './evaluation-run.js';
export * from './evaluation-run-store.js';
export * from './evaluation-work-store.js';
export * from './event-queue.js';
export {
  type CheckedBatch,
  checkEvents,
  countEvents,
  type EventCounts,
  findMiscounts,
  insertEvents,
  type RejectedEvent,
  type StorableEvent,
} from './event-store.js';
export * from './evidence-store.js';
export * from './experiment-decision.js';
export * from './experiment-life.js';
export * from './experiment-roll-up.js';
export type {
  Experiment,
  ExperimentDecision,
  FrozenArm,
  FrozenExperiment,
  FrozenStrategy,
} from './experiment-row.js';
export { expectStartedExperiment } from './experiment-step.js';
export * from './experiment-store.js';
export * from './exploration-budget-store.js';
export * from './exposure-reader.js';
export * from './exposure-store.js';
export * from './exposure-writer.js';
export * from './follower-store.js';
export * from './import-run-store.js';
export * from './invitation-store.js';
export * from './item-arrivals.js';
export * from './item-edit-batch.js';
export * from './item-edit-store.js';
export * from './item-exposure-store.js';
export * from './item-history-store.js';
export * from './item-list.js';
export * from './item-reader.js';
export * from './item-row.js';
export * from './item-save.js';
export * from './item-store.js';
export * from './item-then-store.js';
export * from './item-view-store.js';
export * from './job-contracts.js';
export * from './job-list.js';
export * from './joint-gate.js';
export * from './key-store.js';
export * from './map-item-store.js';
export * from './map-plane-store.js';
export * from './member-identity-store.js';
export * from './member-password.js';
export * from './member-store.js';
export * from './membership-store.js';
export * from './metric-store.js';
export * from './migrations.js';
export * from './model-activation-store.js';
export * from './model-artefact-store.js';
export * from './model-roll-back.js';
export * from './model-store.js';
export * from './model-version.js';
export * from './new-item-store.js';
export * from './onboarding-answer-store.js';
export * from './onboarding-store.js';
export * from './overview-store.js';
export * from './password.js';
export * from './placement-store.js';
export * from './popularity-feed.js';
export * from './popularity-then.js';
export * from './population-diff-store.js';
export * from './profile-sample.js';
export * from './profile-store.js';
export * from './profile-write.js';
export * from './queue.js';
export * from './ranking-store.js';
export * from './recommendation-log.js';
export * from './replaced-attributes-store.js';
export * from './replaced-vector-store.js';
export * from './round-store.js';
export * from './rule-gate.js';
export * from './rule-store.js';
export * from './segment-store.js';
export * from './served-list-store.js';
export * from './session-store.js';
export * from './shown-store.js';
export * from './statistic-store.js';
export * from './strategy-store.js';
export * from './strategy-use-store.js';
export * from './training-data-reader.js';
export * from './training-run-store.js';
export * from './training-schedule-store.js';
export * from './trial-store.js';
export * from './uploaded-file-store.js';
export * from './vector-store.js';
export * from './visit-sample.js';
export * from './waiting-item-store.js';
export * from './webhook-delivery-store.js';
export * from './webhook-message.js';
export * from './webhook-store.js';
