/** Whether a value of the audit log is left out: none at all, an empty list, or an object without anything in it. */
export function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
