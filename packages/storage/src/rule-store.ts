import { type CatalogueId, KindlingError } from '@kindling/domain';
import {
  changeRule,
  draftRule,
  type GateProblem,
  gateText,
  type PublishLimits,
  type Rule,
  type RuleAction,
  type RuleChange,
  type RuleStatus,
  type RuleVersion,
  ruleSchema,
  ruleStatuses,
} from '@kindling/recommender';
import { z } from 'zod';
import { appendAudit } from './audit-store.js';
import { expectCatalogue } from './catalogue-store.js';
import { changeChannel } from './change-sequence.js';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';
import { checkRuleGate } from './rule-gate.js';
import { tellWebhooks } from './webhook-message.js';

/** More than anybody reviews; a list of all that act is bounded by it. */
const mostRules = 5_000;
const mostLive = 1_000;

/** Who changes a rule, when, and why (the reason of a rejection, say). */
export interface RuleEdit {
  readonly actor: string;
  readonly at: Date;
  readonly note?: string | null;
  /** Why a rule is published although its population diff oversteps a limit, is missing or stale. */
  readonly overrideReason?: string | null;
  /**
   * The revision that the editor saw (0: a new rule); null: whatever it is now. When somebody was faster it is a
   * CONFLICT that carries what they made of it, and nothing is overwritten.
   */
  readonly expectedRevision: number | null;
  /** Of a rule that is published with others; see JointGate. */
  readonly together?: JointPublication | null;
}

/** What speaks for rules that are published one after the other and were judged together. */
export interface JointPublication {
  readonly speaks: boolean;
  problemsOf(db: Queryable, rule: Rule, limits: PublishLimits, now: Date): Promise<readonly GateProblem[]>;
  through<Result>(db: Queryable, publish: () => Promise<Result>): Promise<Result>;
}

/** Saves a draft: of a new rule, or of the next version of one. What is published acts on until it is replaced. */
export const saveRule = (pool: Pool, catalogue: CatalogueId, rule: Rule, edit: RuleEdit) =>
  change(pool, catalogue, rule.key, edit, async () => ({ action: 'save', rule }));

export const changeRuleStatus = (
  pool: Pool,
  catalogue: CatalogueId,
  key: string,
  action: Exclude<RuleAction, 'save' | 'rollBack'>,
  edit: RuleEdit,
) => change(pool, catalogue, key, edit, async () => ({ action }));

/** Puts the content of a revision that was in force back in force, whatever is there now. */
export const rollBackRule = (
  pool: Pool,
  catalogue: CatalogueId,
  key: string,
  revision: number,
  edit: RuleEdit,
) =>
  change(pool, catalogue, key, edit, async (client) => {
    const [row] = await execute(client, revisionSql, catalogue, key, revision);
    if (row?.live_revision !== revision) {
      throw new KindlingError(
        'NOT_FOUND',
        `Revision ${revision} of rule "${key}" was never published: choose one whose action is publish or rollBack`,
        { field: 'revision' },
      );
    }
    return { action: 'rollBack', rule: ruleSchema.parse(row.content) };
  });

/** By key, those of a status or all of them; `after`: the last key of the page before. */
export async function listRules(
  db: Queryable,
  catalogue: CatalogueId,
  {
    status,
    first,
    after,
  }: { readonly status: RuleStatus | null; readonly first: number; readonly after: string | null },
): Promise<readonly RuleVersion[]> {
  return (await execute(db, listSql, catalogue, status, after ?? '', first)).map(versionOf);
}

export async function findRule(
  db: Queryable,
  catalogue: CatalogueId,
  key: string,
): Promise<RuleVersion | null> {
  const [row] = await execute(db, findSql, catalogue, key);
  return row ? versionOf(row) : null;
}

/** Those of the keys that there are, as they were saved last. */
export async function findRules(
  db: Queryable,
  catalogue: CatalogueId,
  keys: readonly string[],
): Promise<readonly RuleVersion[]> {
  return (await execute(db, findManySql, catalogue, keys)).map(versionOf);
}

export interface LiveRules {
  readonly rules: readonly Rule[];
  /** Keys of stored rules that this release cannot read: they do not act. */
  readonly unreadable: readonly string[];
}

/** What acts now; with `at`, what acted then. In no order: precedence is theirs to say. */
export async function readLiveRules(
  db: Queryable,
  catalogue: CatalogueId,
  at: Date | null = null,
): Promise<LiveRules> {
  const rows =
    at === null ? await execute(db, liveSql, catalogue) : await execute(db, liveThenSql, catalogue, at);
  const rules: Rule[] = [];
  const unreadable: string[] = [];
  for (const { key, content } of rows) {
    const parsed = ruleSchema.safeParse(content);
    if (parsed.success) rules.push(parsed.data);
    else unreadable.push(key);
  }
  return { rules, unreadable };
}

/** Differs whenever what acts, or a segment that it may call, has changed. */
export async function readRulesSignature(db: Queryable, catalogue: CatalogueId): Promise<string> {
  const [row] = await execute(db, signatureSql, catalogue);
  return row?.signature ?? '';
}

export interface RuleRevision {
  readonly revision: number;
  readonly action: RuleAction;
  readonly status: RuleStatus;
  readonly rule: Rule;
  readonly authors: readonly string[];
  readonly reviewer: string | null;
  /** Whether it put this content in force. */
  readonly wentLive: boolean;
  readonly actor: string;
  readonly note: string | null;
  readonly createdAt: Date;
}

/** Newest first; `before`: the last revision of the page before. */
export async function listRuleHistory(
  db: Queryable,
  catalogue: CatalogueId,
  key: string,
  { first, before }: { readonly first: number; readonly before: number | null },
): Promise<readonly RuleRevision[]> {
  const rows = await execute(db, historySql, catalogue, key, before, first);
  return rows.map((row) => ({
    revision: row.revision,
    action: row.action,
    status: row.status,
    rule: ruleSchema.parse(row.content),
    authors: row.authors,
    reviewer: row.reviewer,
    wentLive: row.live_revision === row.revision,
    actor: row.actor,
    note: row.note,
    createdAt: row.created_at,
  }));
}

async function change(
  pool: Pool,
  catalogue: CatalogueId,
  key: string,
  edit: RuleEdit,
  changeFor: (client: PoolClient) => Promise<RuleChange>,
): Promise<RuleVersion> {
  return transaction(pool, async (client) => {
    // Editors of one catalogue's rules take turns, also for a key that is not there yet.
    await client.query({ name: 'rule-lock', text: lockSql, values: [catalogue] });
    const current = await findRule(client, catalogue, key);
    checkRevision(key, current, edit.expectedRevision);
    const wanted = await changeFor(client);
    const next = current ? await advance(client, catalogue, current, wanted, edit) : first(key, wanted, edit);
    await checkRoom(client, catalogue, current, next);
    const overridden = wanted.action === 'publish' ? await passGate(client, catalogue, next.rule, edit) : [];
    const publish = () => write(client, catalogue, next, wanted, edit, overridden);
    await (edit.together ? edit.together.through(client, publish) : publish());
    return next;
  });
}

function checkRevision(key: string, current: RuleVersion | null, expected: number | null): void {
  if (expected === null || (current?.revision ?? 0) === expected) return;
  if (!current) {
    throw new KindlingError('NOT_FOUND', `There is no rule "${key}": save it with expectedRevision 0`, {
      field: 'expectedRevision',
    });
  }
  throw new KindlingError(
    'CONFLICT',
    `Rule "${key}" is at revision ${current.revision}, not ${expected}: look at what ${current.authors.at(-1)} made of it, then save again`,
    { field: 'expectedRevision', current: JSON.parse(JSON.stringify(current)) },
  );
}

async function advance(
  client: PoolClient,
  catalogue: CatalogueId,
  current: RuleVersion,
  wanted: RuleChange,
  { actor, at }: RuleEdit,
): Promise<RuleVersion> {
  const { merchandising } = await expectCatalogue(client, catalogue);
  const result = changeRule(current, wanted, {
    by: actor,
    at,
    reviewByAnother: merchandising.reviewByAnother,
  });
  if (result.ok) return result.version;
  throw new KindlingError(result.code === 'OWN_REVIEW' ? 'FORBIDDEN' : 'CONFLICT', result.message, {
    field: 'key',
  });
}

/** What the publisher's word stands above; a CONFLICT where it has to and is missing. */
async function passGate(
  client: PoolClient,
  catalogue: CatalogueId,
  rule: Rule,
  { at, overrideReason = null, together }: RuleEdit,
): Promise<readonly string[]> {
  const { limits } = (await expectCatalogue(client, catalogue)).merchandising;
  const problems = together?.speaks
    ? await together.problemsOf(client, rule, limits, at)
    : await checkRuleGate(client, catalogue, rule, limits, at);
  const texts = problems.map((one) => gateText(one, 'en'));
  if (texts.length === 0 || (overrideReason !== null && overrideReason.trim() !== '')) return texts;
  const field = 'overrideReason';
  throw new KindlingError(
    'CONFLICT',
    `Rule "${rule.key}" did not pass its publish gate: ${texts.join('; ')}. Or say in overrideReason why it is to be published all the same.`,
    { field, problems: texts.map((message) => ({ field, message })) },
  );
}

function first(key: string, wanted: RuleChange, { actor, at }: RuleEdit): RuleVersion {
  if (wanted.action === 'save') return draftRule(wanted.rule, actor, at);
  throw new KindlingError('NOT_FOUND', `There is no rule "${key}"`, { field: 'key' });
}

async function checkRoom(
  client: PoolClient,
  catalogue: CatalogueId,
  current: RuleVersion | null,
  next: RuleVersion,
): Promise<void> {
  const isMore = !current || (current.liveRevision === null && next.liveRevision !== null);
  if (!isMore) return;
  const [count = { rules: 0, live: 0 }] = await execute(client, countSql, catalogue);
  if (current ? count.live < mostLive : count.rules < mostRules) return;
  const [most, which] = current ? [mostLive, 'published rules'] : [mostRules, 'rules'];
  throw new KindlingError('BAD_INPUT', `A catalogue has at most ${most} ${which}: archive or change others`, {
    field: 'key',
  });
}

async function write(
  client: PoolClient,
  catalogue: CatalogueId,
  next: RuleVersion,
  { action }: RuleChange,
  { actor, note = null, overrideReason = null }: RuleEdit,
  overridden: readonly string[],
): Promise<void> {
  const { rule, revision, status, authors, reviewer, liveRevision, changedAt } = next;
  await execute(
    client,
    headSql,
    catalogue,
    rule.key,
    revision,
    rule.kind,
    rule.priority,
    JSON.stringify(rule.condition),
    JSON.stringify(rule.arguments),
    status,
    authors,
    reviewer,
    liveRevision,
    changedAt,
  );
  await execute(
    client,
    appendSql,
    catalogue,
    rule.key,
    revision,
    action,
    status,
    JSON.stringify(rule),
    authors,
    reviewer,
    liveRevision,
    actor,
    note,
    changedAt,
  );
  await appendAudit(client, {
    catalogue,
    actor,
    action: `rule.${action}`,
    target: rule.key,
    detail: {
      revision,
      status,
      ...(note === null ? {} : { note }),
      ...(overridden.length === 0
        ? {}
        : { overridden: { problems: [...overridden], reason: overrideReason } }),
      rule: JSON.parse(JSON.stringify(rule)),
    },
  });
  if (action === 'publish' || action === 'rollBack') {
    await tellWebhooks(client, {
      catalogue,
      kind: 'rule.published',
      data: { key: rule.key, kind: rule.kind, revision, by: actor },
    });
  }
  await client.query('SELECT pg_notify($1, $2)', [changeChannel, catalogue]);
}

interface RuleRow {
  readonly key: string;
  readonly revision: number;
  readonly kind: string;
  readonly priority: number;
  readonly condition: unknown;
  readonly arguments: unknown;
  readonly status: string;
  readonly authors: readonly string[];
  readonly reviewer: string | null;
  readonly live_revision: number | null;
  readonly changed_at: Date;
}
interface RevisionRow {
  readonly revision: number;
  readonly action: RuleAction;
  readonly status: RuleStatus;
  readonly content: unknown;
  readonly authors: readonly string[];
  readonly reviewer: string | null;
  readonly live_revision: number | null;
  readonly actor: string;
  readonly note: string | null;
  readonly created_at: Date;
}

const lockSql = `SELECT pg_advisory_xact_lock(hashtextextended('kindling rules ' || $1::text, 0))`;
const columns =
  'key, revision, kind, priority, condition, arguments, status, authors, reviewer, live_revision, changed_at';
const listSql = statement<RuleRow, [CatalogueId, RuleStatus | null, string, number]>(
  'rule-list',
  `SELECT ${columns} FROM rule WHERE catalogue_id = $1 AND ($2::text IS NULL OR status = $2) AND key > $3
   ORDER BY key LIMIT $4`,
);
const findSql = statement<RuleRow, [CatalogueId, string]>(
  'rule-find',
  `SELECT ${columns} FROM rule WHERE catalogue_id = $1 AND key = $2`,
);
const findManySql = statement<RuleRow, [CatalogueId, readonly string[]]>(
  'rule-find-many',
  `SELECT ${columns} FROM rule WHERE catalogue_id = $1 AND key = ANY($2::text[])`,
);
const liveSql = statement<{ key: string; content: unknown }, [CatalogueId]>(
  'rule-live',
  `SELECT rule.key, r.content FROM rule JOIN rule_revision AS r
     ON r.catalogue_id = rule.catalogue_id AND r.key = rule.key AND r.revision = rule.live_revision
   WHERE rule.catalogue_id = $1`,
);
const liveThenSql = statement<{ key: string; content: unknown }, [CatalogueId, Date]>(
  'rule-live-then',
  `SELECT last.key, r.content FROM (
     SELECT DISTINCT ON (key) key, live_revision FROM rule_revision
     WHERE catalogue_id = $1 AND created_at <= $2 ORDER BY key, revision DESC) AS last
   JOIN rule_revision AS r ON r.catalogue_id = $1 AND r.key = last.key AND r.revision = last.live_revision`,
);
const signatureSql = statement<{ signature: string }, [CatalogueId]>(
  'rule-signature',
  `SELECT concat_ws('/', (SELECT sum(live_revision) FROM rule WHERE catalogue_id = $1 AND live_revision IS NOT NULL),
     (SELECT count(*) FROM rule WHERE catalogue_id = $1 AND live_revision IS NOT NULL),
     (SELECT sum(version) FROM segment WHERE catalogue_id = $1),
     (SELECT count(*) FROM segment WHERE catalogue_id = $1),
     (SELECT max(updated_at) FROM segment WHERE catalogue_id = $1),
     (SELECT max(created_at) FROM rule_revision WHERE catalogue_id = $1)) AS signature`,
);
const revisionSql = statement<
  { content: unknown; live_revision: number | null },
  [CatalogueId, string, number]
>(
  'rule-revision',
  `SELECT content, live_revision FROM rule_revision WHERE catalogue_id = $1 AND key = $2 AND revision = $3`,
);
const historySql = statement<RevisionRow, [CatalogueId, string, number | null, number]>(
  'rule-history',
  `SELECT revision, action, status, content, authors, reviewer, live_revision, actor, note, created_at
   FROM rule_revision WHERE catalogue_id = $1 AND key = $2 AND ($3::int IS NULL OR revision < $3)
   ORDER BY revision DESC LIMIT $4`,
);
const countSql = statement<{ rules: number; live: number }, [CatalogueId]>(
  'rule-count',
  'SELECT count(*)::int AS rules, count(live_revision)::int AS live FROM rule WHERE catalogue_id = $1',
);
const headSql = statement<
  never,
  [
    CatalogueId,
    string,
    number,
    string,
    number,
    string,
    string,
    RuleStatus,
    readonly string[],
    string | null,
    number | null,
    Date,
  ]
>(
  'rule-head',
  `INSERT INTO rule (catalogue_id, ${columns})
   VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8, $9, $10, $11, $12)
   ON CONFLICT (catalogue_id, key) DO UPDATE SET (revision, kind, priority, condition, arguments, status, authors,
     reviewer, live_revision, changed_at) = ($3, $4, $5, $6::jsonb, $7::jsonb, $8, $9, $10, $11, $12)`,
);
const appendSql = statement<
  never,
  [
    CatalogueId,
    string,
    number,
    RuleAction,
    RuleStatus,
    string,
    readonly string[],
    string | null,
    number | null,
    string,
    string | null,
    Date,
  ]
>(
  'rule-append',
  `INSERT INTO rule_revision (catalogue_id, key, revision, action, status, content, authors, reviewer, live_revision,
     actor, note, created_at) VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10, $11, $12)`,
);

const versionOf = (row: RuleRow): RuleVersion => ({
  rule: ruleSchema.parse({
    key: row.key,
    kind: row.kind,
    priority: row.priority,
    condition: row.condition,
    arguments: row.arguments,
  }),
  status: z.enum(ruleStatuses).parse(row.status),
  revision: row.revision,
  authors: row.authors,
  reviewer: row.reviewer,
  liveRevision: row.live_revision,
  changedAt: row.changed_at,
});
