/** What a command may use of the outside: tests bring their own. */
export interface Surroundings {
  readonly environment: CliEnvironment;
  /** Results: what a script would read. */
  readonly out: (text: string) => void;
  /** Progress and remarks, for a person. */
  readonly remark: (text: string) => void;
  /** Whether a person watches the remarks. */
  readonly isTerminal: boolean;
  readonly signal: AbortSignal;
}

export interface CliEnvironment {
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly workingDirectory: string;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly help: string;
  /** Returns the exit code. */
  run(args: string[], surroundings: Surroundings): Promise<number>;
}
