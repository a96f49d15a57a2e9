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

  it('keeps ranges and defaults as they are', () => {
    const boost = ruleKinds.find(({ kind }) => kind === 'boost');
    expect(boost && describeForm(boost.arguments, 'zh-CN')).toMatchObject({
      properties: { weight: { label: '权重', unit: '分', minimum: 0.01, maximum: 2, default: 0.2 } },
    });
  });
});
