/** What `bootstrap.mjs` hands over once everything is installed and built. */
export interface LaunchOptions {
  readonly port: number;
  readonly dataDir: string;
  readonly demo: boolean;
  readonly console: boolean;
  /** The checkout. */
  readonly root: string;
  /** Prints a line of progress. */
  say(message: string): void;
  /** The written record of what runs, by which a later start finds orphans. */
  readonly running: {
    setChild(name: string, pid: number): void;
    release(): void;
  };
}
