/** A line that is drawn over and over on a terminal, and said every few seconds elsewhere. */
export class ProgressLine {
  private drawnAt: number;
  private width = 0;

  constructor(
    private readonly write: (text: string) => void,
    private readonly isTerminal: boolean,
    private readonly now: () => number = Date.now,
  ) {
    // a command that is soon done need not speak of progress in a log
    this.drawnAt = isTerminal ? 0 : now();
  }

  show(text: string): void {
    const pauseMs = this.isTerminal ? 100 : 5_000;
    if (this.now() - this.drawnAt < pauseMs) return;
    this.drawnAt = this.now();
    if (!this.isTerminal) {
      this.write(`${text}\n`);
      return;
    }
    this.write(`\r${text.padEnd(this.width)}`);
    this.width = text.length;
  }

  /** Clears the line, so that what follows stands alone. */
  end(): void {
    if (this.isTerminal && this.width > 0) this.write(`\r${' '.repeat(this.width)}\r`);
    this.width = 0;
  }
}

/** `[#####.....]  50%`; without a total only what is known. */
export function bar(done: number, total: number, cells = 24): string {
  const share = total <= 0 ? 0 : Math.min(1, done / total);
  const filled = Math.floor(share * cells);
  return `[${'#'.repeat(filled)}${'.'.repeat(cells - filled)}] ${String(Math.floor(share * 100)).padStart(3)}%`;
}

export const count = (number: number) => Math.round(number).toLocaleString('en');

export function duration(seconds: number | null): string {
  if (seconds === null) return '';
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s left`;
  return whole < 3_600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s left`
    : `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min left`;
}
