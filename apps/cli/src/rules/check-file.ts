import { type JsonObject, unknownFields } from '@kindling/domain';
import { ruleKinds } from '@kindling/recommender';
import type { z } from 'zod';
import { type FileProblem, isJsonObject, type StoredFile } from './stored-files.js';

/**
 * Checks a file against the schema that the server uses, so that everything that is wrong with all files is said
 * before anything is sent. A field that the schema does not know is a problem, too: it is most likely a typing error.
 */
export function checkFile(
  { name, key, content }: StoredFile,
  schema: z.ZodType,
  part: (content: JsonObject) => unknown = (whole) => whole,
): { readonly parsed: JsonObject } | { readonly problems: readonly FileProblem[] } {
  const given = part(content);
  const parsed = schema.safeParse(given);
  const problems: FileProblem[] = [];
  if (content['key'] !== key) {
    const fix = `Write "key": "${key}", or rename the file.`;
    problems.push({ name, field: 'key', message: 'is not the name of the file', fix });
  }
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      problems.push({ name, field: issue.path.join('.'), message: issue.message, fix: fixOf(issue) });
    }
    return { problems };
  }
  const plain: unknown = JSON.parse(JSON.stringify(parsed.data));
  for (const field of unknownFields(given, plain)) {
    problems.push({ name, field, message: 'is not known', fix: 'Remove it, or correct its name.' });
  }
  return problems.length > 0 || !isJsonObject(plain) ? { problems } : { parsed: plain };
}

function fixOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `Write a value of the type ${issue.expected}.`;
    case 'too_small':
      return `Write ${issue.minimum} or more.`;
    case 'too_big':
      return `Write ${issue.maximum} or less.`;
    case 'invalid_value':
      return `Write one of ${issue.values.join(', ')}.`;
    case 'invalid_union':
      return issue.path.at(-1) === 'kind'
        ? `Write one of ${ruleKinds.map(({ kind }) => kind).join(', ')}.`
        : 'Compare it with an exported file.';
    default:
      return 'Compare it with an exported file.';
  }
}
