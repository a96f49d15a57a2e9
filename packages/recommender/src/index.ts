export { type BenchmarkReport, type BenchmarkSettings, benchmarkRecommender } from './benchmark.js';
export { baselines } from './evaluation/baselines.js';
export { comparedMethods } from './evaluation/compared-methods.js';
export { type DefaultMethodOptions, defaultMethod } from './evaluation/default-method.js';
export { type Evaluation, type EvaluationRequest, evaluate } from './evaluation/evaluate.js';
export type { EvaluatedMethod } from './evaluation/evaluated-method.js';
export type { EvaluationData, EvaluationEvent, EvaluationItem } from './evaluation/evaluation-data.js';
export type { Comparison, EvaluationReport, EvaluationRow } from './evaluation/evaluation-report.js';
export { type SplitName, splitNames } from './evaluation/evaluation-task.js';
export { doublyRobust } from './evaluation/off-policy/doubly-robust.js';
export {
  estimateStrategy,
  type ReplayedSlot,
  type StrategyEstimate,
} from './evaluation/off-policy/estimate-strategy.js';
export { inversePropensity } from './evaluation/off-policy/inverse-propensity.js';
export type {
  LoggedChoice,
  ModelledChoice,
  OffPolicyEstimate,
} from './evaluation/off-policy/logged-choice.js';
export {
  type Overlap,
  type OverlapWarning,
  overlap,
  overlapWarnings,
} from './evaluation/off-policy/overlap.js';
export { selfNormalised } from './evaluation/off-policy/self-normalised.js';
export {
  type ExplainedSlot,
  type ExplainedTerm,
  type Explanation,
  explainSlots,
  type PageRequest,
} from './explain/explain-slots.js';
export { ListTrace, type Rejection, type StageName, stageNames } from './explain/list-trace.js';
export { hasMessage, type Locale, localeOf, locales, sentence } from './explain/message.js';
export { BudgetLease, type BudgetSource } from './exploration/budget-lease.js';
export {
  type Calibration,
  type CalibrationBin,
  calibration,
  type RateOutcome,
} from './exploration/calibration.js';
export { catalogueRate, type Trials } from './exploration/day-zero-rate.js';
export { curveOf, type ExplorationPool } from './exploration/exploration-pool.js';
export { createExplorer } from './exploration/explorer.js';
export {
  newestItems,
  poolOf,
  type ScoutedItem,
  scoutNewItems,
  type TrialRecord,
} from './exploration/new-item-scout.js';
export { type ChoicePolicy, choicePolicies } from './exploration/simulation/choice-policy.js';
export {
  type ExplorationSimulation,
  type SimulationSettings,
  simulateExploration,
} from './exploration/simulation/simulate-exploration.js';
export {
  credibleInterval,
  posterior,
  type TrialCause,
  type TrialOutcome,
  trialCauses,
  trialOutcomes,
} from './exploration/trial-state.js';
export { wilsonInterval } from './exploration/wilson-interval.js';
export { describeForm, formText } from './forms/describe-form.js';
export {
  createItemView,
  type ItemViewMemory,
  type ItemViewSettings,
  type WritableItemView,
} from './item-view/item-view.js';
export { type PastCount, viewAsOf } from './item-view/view-as-of.js';
export { type ItemsThen, viewWithItems } from './item-view/view-with-items.js';
export { forPlacementKind, type PlacementKind, placementKinds } from './placement-kind.js';
export * from './ports.js';
export { presetStrategies } from './preset-strategies.js';
export { fitPrincipalPlane, type PrincipalPlane, projectOnto } from './projection/principal-plane.js';
export * from './rankers/index.js';
export {
  type RankedSlot,
  type Ranking,
  rankingSchema,
  type ServedLevelName,
  servedLevels,
  type TermName,
  termNames,
} from './ranking.js';
export { recommend } from './recommend.js';
export { type CatalogueRules, defaultDepth, type ListRequest } from './request.js';
export {
  type AppliedRules,
  applyRules,
  type RuleContext,
  type ShownHistory,
} from './rules/apply-rules.js';
export {
  benchmarkRules,
  type RuleBenchmarkReport,
  type RuleBenchmarkSettings,
} from './rules/benchmark-rules.js';
export { type CompiledRules, compileRules } from './rules/compile-rules.js';
export { profileFilterSchema } from './rules/filter-schema.js';
export { findingCodes, type RuleFinding } from './rules/lint/finding.js';
export { findingText } from './rules/lint/finding-text.js';
export type { LintedPlacement, LintRequest } from './rules/lint/lint-context.js';
export {
  type ItemFinding,
  type ItemLintLimits,
  type ItemLintRequest,
  lintItem,
} from './rules/lint/lint-item.js';
export { lintRules } from './rules/lint/lint-rules.js';
export { defaultFlow, type OnboardingFlow, onboardingFlowSchema } from './rules/onboarding/flow.js';
export type { InteractionMatrix } from './rules/onboarding/interaction-matrix.js';
export { type CardMethod, cardMethods, pickCards } from './rules/onboarding/pick-cards.js';
export { describedProfiles } from './rules/population/described-profiles.js';
export { gateText } from './rules/population/gate-text.js';
export { type ListedItems, PopulationDiff } from './rules/population/population-diff.js';
export {
  type ClickRateSummary,
  type PopulationCaveat,
  type PopulationGroup,
  type PopulationResult,
  populationGroups,
  populationResultSchema,
} from './rules/population/population-result.js';
export {
  type GateProblem,
  gateProblemCodes,
  type JudgedDiff,
  judgePublication,
  type PublishLimits,
  publishLimitsSchema,
} from './rules/population/publish-gate.js';
export type { ProfileFacts } from './rules/profile-facts.js';
export { type DiffReason, diffRankings, type RankingDiff } from './rules/ranking-diff.js';
export {
  byPrecedence,
  type Rule,
  type RuleInput,
  type RuleSet,
  ruleKinds,
  ruleSchema,
  ruleSetSchema,
} from './rules/rule.js';
export type { RuleConflict } from './rules/rule-conflict.js';
export {
  allowedActions,
  type ChangeResult,
  changeRule,
  draftRule,
  type RuleAction,
  type RuleChange,
  type RuleStatus,
  type RuleVersion,
  ruleActions,
  ruleStatuses,
} from './rules/rule-status.js';
export { RuleWatch } from './rules/rule-watch.js';
export { builtInSegments, isInSegments, type Segment, segmentSchema, segmentSizes } from './rules/segment.js';
export { type SearchRequest, search } from './search.js';
export { type SimilarItemsRequest, similarItems } from './similar-items.js';
export { defaultStrategy, type Strategy, type StrategyInput, strategySchema } from './strategy.js';
export { type Subject, subjectLimits } from './subject.js';
export { type CleaningSettings, cleaningRules } from './training/cleaning/clean-events.js';
export { type EventTable, EventTableBuilder } from './training/cleaning/event-table.js';
export type { FusionSettings } from './training/fusion.js';
export type { MatrixProduct } from './training/matrix-product.js';
export { deserialiseModel, serialiseModel } from './training/model-artefact.js';
export { modelLists, modelSource } from './training/model-lists.js';
export {
  type EvaluationSplit,
  evaluationSplits,
  type SplitEvaluation,
  splitEvaluationSchema,
  splitNameOf,
} from './training/production/catalogue-evaluation.js';
export {
  type EvaluationStep,
  evaluateCatalogue,
  type JudgedEvents,
  judgedEvents,
} from './training/production/evaluate-catalogue.js';
export * from './training/production/model-report.js';
export {
  type ProducedModel,
  type ProductionParts,
  type ProductionRequest,
  produceModel,
} from './training/production/produce-model.js';
export { type ServedLists, servedLists, servedModel } from './training/served-lists.js';
export type { TargetLists } from './training/target-lists.js';
export { type TrainModelOptions, trainModel } from './training/train-model.js';
export { foldIn, type ModelParameters, type TrainedModel } from './training/trained-model.js';
export type { CatalogueItem, TrainingData } from './training/training-data.js';
