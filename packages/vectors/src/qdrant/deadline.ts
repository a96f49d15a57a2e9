/** The time that one call may take: its requests, retries and pauses all draw on it. */
export class Deadline {
  private readonly endMs: number;
  constructor(
    readonly kind: 'read' | 'write',
    private readonly budgetMs: number,
  ) {
    this.endMs = performance.now() + budgetMs;
  }

  remainingMs(): number {
    return Math.max(0, this.endMs - performance.now());
  }

  /** The promise's outcome, or a DeadlinePassed when the time is over. */
  async race<T>(promise: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const end = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new DeadlinePassed(this.budgetMs)), this.remainingMs());
    });
    try {
      return await Promise.race([promise, end]);
    } finally {
      clearTimeout(timer);
    }
  }
}

export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
  constructor(readonly budgetMs: number) {
    super(`no answer within ${budgetMs} ms`);
  }
}
