import type { JsonObject } from '@kindling/domain';
import { z } from 'zod';
import type { ApiClient } from '../api-client.js';

const jsonObject = z.record(z.string(), z.json());
const ruleSchema = z.object({
  key: z.string(),
  kind: z.string(),
  priority: z.number(),
  condition: jsonObject,
  arguments: jsonObject,
  status: z.string(),
  revision: z.number(),
});
export type ServerRule = z.output<typeof ruleSchema>;
const strategySchema = z.object({
  key: z.string(),
  version: z.number(),
  name: z.string(),
  config: jsonObject,
});
export type ServerStrategy = z.output<typeof strategySchema>;

const pageSize = 100;
const savedAtOnce = 200;

/** All rules as they were saved last, also archived ones. */
export async function readServerRules(api: ApiClient): Promise<ServerRule[]> {
  const rules: ServerRule[] = [];
  for (let after: string | null = null; ; ) {
    const page: { rules: ServerRule[] } = await api.ask(
      z.object({ rules: z.array(ruleSchema) }),
      `query ($first: Int!, $after: String) { rules(first: $first, after: $after) {
        key kind priority condition arguments status revision } }`,
      { first: pageSize, after },
    );
    rules.push(...page.rules);
    const last = page.rules.at(-1);
    if (page.rules.length < pageSize || !last) return rules;
    after = last.key;
  }
}

export async function readServerStrategies(api: ApiClient): Promise<ServerStrategy[]> {
  const schema = z.object({ strategies: z.array(strategySchema) });
  return (await api.ask(schema, '{ strategies { key version name config } }')).strategies;
}

/** Saves drafts; what the server refuses comes back with its key. */
export async function saveDrafts(
  api: ApiClient,
  inputs: readonly JsonObject[],
): Promise<{ readonly key: string; readonly field: string; readonly message: string }[]> {
  const schema = z.object({
    saveRules: z.array(
      z.object({
        key: z.string(),
        problems: z.array(z.object({ field: z.string().nullable(), message: z.string() })),
      }),
    ),
  });
  const refused = [];
  for (let from = 0; from < inputs.length; from += savedAtOnce) {
    const { saveRules } = await api.ask(
      schema,
      'mutation ($inputs: [RuleInput!]!) { saveRules(inputs: $inputs) { key problems { field message } } }',
      { inputs: inputs.slice(from, from + savedAtOnce) },
    );
    for (const { key, problems } of saveRules) {
      for (const { field, message } of problems) refused.push({ key, field: field ?? '', message });
    }
  }
  return refused;
}

export async function saveServerStrategy(api: ApiClient, input: JsonObject): Promise<void> {
  await api.ask(
    z.unknown(),
    'mutation ($input: StrategyInput!) { saveStrategy(input: $input) { version } }',
    { input },
  );
}
