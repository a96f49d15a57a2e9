import { addToFunnel, type Pool } from '@kindling/storage';

/** What became of a list at a placement of a running experiment. */
export type FunnelStage =
  | 'EXPOSED'
  | 'NO_UNIT'
  | 'NOT_RUNNING'
  | 'HOLDOUT'
  | 'OTHER_LAYER_RANGE'
  | 'NOT_RAMPED_UP'
  | 'NOT_TARGETED'
  | 'NO_DIFFERENCE'
  | 'FORCED'
  | 'NOT_RECORDED';

/** Counts lists in memory and adds them to the table every second: a kill loses the last second of these counts. */
export class Funnel {
  private counts = new Map<string, { experiment: number; stage: string; lists: number }>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly pool: Pool,
    private readonly onError: (error: unknown) => void,
  ) {}

  add(experiment: number, stage: FunnelStage): void {
    const key = `${experiment}/${stage}`;
    const count = this.counts.get(key);
    if (count) count.lists += 1;
    else this.counts.set(key, { experiment, stage, lists: 1 });
    this.timer ??= setTimeout(() => void this.flush(), 1_000);
  }

  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const counts = [...this.counts.values()];
    this.counts = new Map();
    if (counts.length > 0) {
      this.writing = this.writing.then(() => addToFunnel(this.pool, counts)).catch(this.onError);
    }
    return this.writing;
  }
}
