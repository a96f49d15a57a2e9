import type { GraphQLSchema } from 'graphql';
import { schemaOf } from '../schema-options.js';
import { AccessResolver } from './access-resolver.js';
import { AuditResolver } from './audit-resolver.js';
import { CatalogueMapResolver } from './catalogue-map-resolver.js';
import { CatalogueResolver } from './catalogue-resolver.js';
import { EmbeddingResolver } from './embedding-resolver.js';
import { EvaluationResolver } from './evaluation-resolver.js';
import { ExperimentResolver } from './experiment-resolver.js';
import { ExplainResolver } from './explain-resolver.js';
import { ExplorationResolver } from './exploration-resolver.js';
import { ImportResolver } from './import-resolver.js';
import { InvitationResolver } from './invitation-resolver.js';
import { ItemEditResolver } from './item-edit-resolver.js';
import { ItemHistoryResolver } from './item-history-resolver.js';
import { ItemLintResolver } from './item-lint-resolver.js';
import { ItemAdminResolver } from './item-resolver.js';
import { ItemSurroundingsResolver } from './item-surroundings-resolver.js';
import { ItemViewResolver } from './item-view-resolver.js';
import { JobResolver } from './job-resolver.js';
import { MemberResolver } from './member-resolver.js';
import { MetricResolver } from './metric-resolver.js';
import { ModelResolver } from './model-resolver.js';
import { NewItemResolver } from './new-item-resolver.js';
import { OffPolicyResolver } from './off-policy-resolver.js';
import { OnboardingAdminResolver } from './onboarding-resolver.js';
import { PlacementResolver } from './placement-resolver.js';
import { PopulationDiffResolver } from './population-diff-resolver.js';
import { PreviewResolver } from './preview-resolver.js';
import { ProfileResolver } from './profile-resolver.js';
import { RuleResolver } from './rule-resolver.js';
import { RuleToolsResolver } from './rule-tools-resolver.js';
import { SegmentResolver } from './segment-resolver.js';
import { ServedResolver } from './served-resolver.js';
import { SessionResolver } from './session-resolver.js';
import { TrainingResolver } from './training-resolver.js';
import { WebhookResolver } from './webhook-resolver.js';

/** The schema of /admin/graphql. A resolver class added here is in the schema; see `Requires` in access.ts. */
export const adminSchema = (): GraphQLSchema =>
  schemaOf([
    AccessResolver,
    AuditResolver,
    CatalogueMapResolver,
    CatalogueResolver,
    EmbeddingResolver,
    EvaluationResolver,
    ExperimentResolver,
    ExplainResolver,
    ExplorationResolver,
    ImportResolver,
    InvitationResolver,
    ItemAdminResolver,
    MemberResolver,
    ItemEditResolver,
    ItemHistoryResolver,
    ItemSurroundingsResolver,
    ItemViewResolver,
    JobResolver,
    MetricResolver,
    ModelResolver,
    NewItemResolver,
    OffPolicyResolver,
    OnboardingAdminResolver,
    PlacementResolver,
    PopulationDiffResolver,
    PreviewResolver,
    ProfileResolver,
    RuleResolver,
    RuleToolsResolver,
    SegmentResolver,
    ServedResolver,
    SessionResolver,
    ItemLintResolver,
    TrainingResolver,
    WebhookResolver,
  ]);
