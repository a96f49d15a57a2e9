import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { describeForm } from '../forms/describe-form.js';
import { effectOf, ruleKinds, ruleSchema } from './rule.js';
import { segmentSchema } from './segment.js';

interface Node {
  readonly type?: string;
  readonly label?: string;
  readonly help?: string;
  readonly unit?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly optionLabels?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
}

/** A form as a console draws it, from nothing but the JSON schema of the arguments. */
function formOf(schema: Node): string[] {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => {
    if (!field.label || !field.help) throw new Error(`"${name}" has no label or no help`);
    return `${field.label}: ${controlOf(field)} (${field.help})`;
  });
}

function controlOf(field: Node): string {
  if (field.enum) return `one of ${field.optionLabels?.join(' | ')}`;
  if (field.type === 'array' && field.items) return `list of [${controlOf(field.items)}]`;
  if (field.type === 'number' || field.type === 'integer') {
    const least = field.minimum ?? field.exclusiveMinimum;
    if (least === undefined || field.maximum === undefined) throw new Error('a number without a range');
    return `${least} to ${field.maximum} ${field.unit ?? ''}, at first ${field.default ?? 'empty'}`;
  }
  if (field.type === 'string') return 'text';
  throw new Error(`no control for ${JSON.stringify(field)}`);
}

const schemaOf = (schema: z.ZodType) => describeForm(schema, 'en') as Node;

describe('a rule kind', () => {
  it.each(ruleKinds.map((kind) => [kind.kind, kind] as const))(
    '%s brings a form that can be drawn',
    (_, kind) => {
      const form = formOf(schemaOf(kind.arguments));
      expect(form.length).toBeGreaterThan(0);
      expect(kind.label + kind.help).not.toBe('');
    },
  );

  it('draws as people will see it', () => {
    const quota = ruleKinds.find(({ kind }) => kind === 'quota');
    expect(quota && formOf(schemaOf(quota.arguments))).toEqual([
      'Bound: one of At least | At most (A minimum or a maximum.)',
      'Slots: 0 to 200 slots, at first empty (How many of them.)',
      'Of the first: 1 to 200 slots, at first 20 (The slots that are counted.)',
    ]);
  });

  it('describes whole rules and segments as JSON schema too', () => {
    expect(JSON.stringify(schemaOf(ruleSchema))).toContain('Time zone');
    expect(JSON.stringify(schemaOf(segmentSchema))).toContain('ProfileFilter');
  });
});

describe('a saved rule', () => {
  const parse = (input: unknown) => ruleSchema.safeParse(input);
  const boost = { key: 'b', kind: 'boost', arguments: {} };

  it('gets its defaults, and an effect', () => {
    const rule = ruleSchema.parse(boost);
    expect(rule).toEqual({ ...boost, priority: 0, condition: {}, arguments: { weight: 0.2 } });
    expect(effectOf(rule)).toEqual({ stage: 'score', points: 0.2 });
  });

  it('is refused with the path of what is wrong', () => {
    const matches = { field: 'colour', in: ['red'] };
    const problem = parse({ ...boost, condition: { items: { matches } } });
    expect(problem.error?.issues[0]?.path.slice(0, 3)).toEqual(['condition', 'items', 'matches']);
    const window = parse({ ...boost, condition: { window: { timeZone: 'Mars/Olympus' } } });
    expect(window.error?.issues[0]?.message).toContain('Europe/Berlin');
    const quota = parse({ key: 'q', kind: 'quota', arguments: { bound: 'atMost', slots: 9, within: 3 } });
    expect(quota.error?.issues[0]?.message).toBe('is more than within');
  });
});
