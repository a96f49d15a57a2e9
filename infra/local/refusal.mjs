/** A reason not to start that the person at the terminal can remedy: shown as one line, without a stack. */
export class Refusal extends Error {}

/** Runs `work`; a failure ends the process with one line and exit code 1. */
export async function orOneLine(work) {
  try {
    return await work();
  } catch (error) {
    console.error(`Kindling stopped: ${explain(error)}`);
    if (process.env.LOG_LEVEL === 'debug') console.error(error);
    process.exit(1);
  }
}

export function explain(error) {
  if (error?.code === 'ENOSPC')
    return `the disk is full (${error.path ?? error.message}). Free some space and start again.`;
  if (error?.code === 'EACCES' || error?.code === 'EROFS' || error?.code === 'EPERM') {
    return `${error.path ?? 'a file'} cannot be written (${error.code}). Change its owner, or choose another --data-dir.`;
  }
  return String(error?.message ?? error).replace(/\s*\n\s*/g, ' ');
}
