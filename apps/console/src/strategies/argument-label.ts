import type { FormNode } from '@/form/form-node';

/** What the argument at a path (`trust.liked`, rows counted from 1) is called: its labels, the outermost first. */
export function argumentLabel(node: FormNode, path: string): readonly string[] {
  const [name, ...rest] = path.split('.');
  if (name === undefined || name === '') return [];
  if (node.kind === 'list') return [name, ...argumentLabel(node.of, rest.join('.'))];
  if (node.kind !== 'object') return [name, ...rest];
  const field = node.fields.find((one) => one.name === name);
  if (field === undefined) return [name, ...rest];
  return [field.node.label === '' ? name : field.node.label, ...argumentLabel(field.node, rest.join('.'))];
}
