/** Ends the command with one clear line and an exit code. */
export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(
    message: string,
    readonly exitCode: number = exitCodes.failed,
  ) {
    super(message);
  }
}

export const exitCodes = {
  ok: 0,
  failed: 1,
  /** The command line was not understood. */
  usage: 2,
  /** A file was imported, but some of its rows were rejected. */
  rejectedRows: 3,
  /** A model was trained, but it does not serve. */
  notServing: 3,
} as const;
