import type { RowProblem } from '@kindling/domain';

export const rejectReportHeader = 'line,field,code,message,fix,row\r\n';

/** One line of a CSV file of refused rows. */
export function rejectReportLine(
  reject: RowProblem & { readonly line: number; readonly excerpt: string | null },
): string {
  const cells = [String(reject.line), reject.field, reject.code, reject.message, reject.fix, reject.excerpt];
  return `${cells.map((cell) => csvCell(cell ?? '')).join(',')}\r\n`;
}

/**
 * A text as a cell that a spreadsheet shows instead of running it: what begins like a formula (= + - @, tab, carriage
 * return) gets an apostrophe in front. Plain negative numbers stay numbers.
 */
export function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
