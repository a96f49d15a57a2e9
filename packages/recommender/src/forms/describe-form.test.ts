import type { JsonObject } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { onboardingFlowSchema } from '../rules/onboarding/flow.js';
import { ruleKinds, ruleSchema } from '../rules/rule.js';
import { segmentSchema } from '../rules/segment.js';
import { strategySchema } from '../strategy.js';
import { describeForm } from './describe-form.js';
import zhCN from './messages/zh-CN.json' with { type: 'json' };

const schemas = [ruleSchema, segmentSchema, strategySchema, onboardingFlowSchema];

/** Every text that a person reads, wherever it stands in the description. */
function textsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(textsIn);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    const isText = ['label', 'help', 'unit'].includes(key) && typeof value === 'string';
    const options = key === 'optionLabels' ? (value as string[]) : [];
    return isText ? [value] : [...options, ...textsIn(value)];
  });
}

/** What a person fills in: everything that is no group of others. */
function argumentsIn(node: JsonObject, path = ''): { readonly path: string; readonly node: JsonObject }[] {
  const properties = node['properties'] as Record<string, JsonObject> | undefined;
  if (properties) {
    return Object.entries(properties).flatMap(([key, one]) =>
      argumentsIn(one, path === '' ? key : `${path}.${key}`),
    );
  }
  const items = node['items'] as JsonObject | undefined;
  return [{ path, node }, ...(items?.['properties'] ? argumentsIn(items, `${path}.*`) : [])];
}

describe('the description of a form', () => {
  it('has every text in Chinese too, and a word for every choice', () => {
    const english = schemas.flatMap((schema) => textsIn(describeForm(schema, 'en')));
    const chinese = schemas.flatMap((schema) => textsIn(describeForm(schema, 'zh-CN')));
    expect(english.filter((text) => text.startsWith('option.'))).toEqual([]);
    expect(chinese.filter((text) => !/\p{Script=Han}/u.test(text))).toEqual([]);
    for (const { label, help } of ruleKinds) {
      expect(zhCN).toHaveProperty([label]);
      expect(zhCN).toHaveProperty([help]);
    }
  });

  it('has no translation of a text that is nowhere', () => {
    const used = new Set([
      ...schemas.flatMap((schema) => textsIn(describeForm(schema, 'en'))),
      ...ruleKinds.flatMap(({ label, help }) => [label, help]),
    ]);
    const keys = Object.keys(zhCN).filter((key) => !key.startsWith('option.'));
    expect(keys.filter((key) => !used.has(key))).toEqual([]);
  });

  it.each([
    ['strategy', describeForm(strategySchema, 'en')],
    ...ruleKinds.map(({ kind, arguments: given }): [string, JsonObject] => [kind, describeForm(given, 'en')]),
    ['flow', describeForm(onboardingFlowSchema, 'en')],
  ])('says of every argument of a %s what it is called and for, and of every number its range', (_, form) => {
    const lacking = argumentsIn(form).flatMap(({ path, node }) => {
      const isNumber = node['type'] === 'number' || node['type'] === 'integer';
      const hasRange =
        (node['minimum'] ?? node['exclusiveMinimum']) !== undefined && node['maximum'] !== undefined;
      return node['label'] && node['help'] && (!isNumber || hasRange) ? [] : [path];
    });
    expect(lacking).toEqual([]);
    expect(argumentsIn(form).length).toBeGreaterThan(0);
  });

  it('keeps ranges and defaults as they are', () => {
    const boost = ruleKinds.find(({ kind }) => kind === 'boost');
    expect(boost && describeForm(boost.arguments, 'zh-CN')).toMatchObject({
      properties: { weight: { label: '权重', unit: '分', minimum: 0.01, maximum: 2, default: 0.2 } },
    });
  });
});
