import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A process number is used again for strangers. Together with the moment at which the process started it names
 * one process for ever: null when there is none of that number (a zombie is none).
 */
export function identityOf(pid) {
  const startedAt = process.platform === 'linux' ? linuxStart(pid) : portableStart(pid);
  return startedAt === null ? null : { pid, startedAt };
}

export function isRunning(identity) {
  return identityOf(identity.pid)?.startedAt === identity.startedAt;
}

/** Ends a process in order, and after `patienceMs` without mercy. Never touches a stranger of the same number. */
export async function endProcess(identity, patienceMs = 10_000) {
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    if (!isRunning(identity)) return;
    try {
      process.kill(identity.pid, signal);
    } catch {
      // it ended in the meantime
    }
    const deadline = Date.now() + patienceMs;
    while (isRunning(identity) && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function linuxStart(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the name in parentheses may hold anything, so count from its end: state is field 3, start time field 22
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
  } catch {
    return null;
  }
}

function portableStart(pid) {
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
  const [state = '', ...started] = (stdout ?? '').trim().split(/\s+/);
  return state === '' || state.startsWith('Z') ? null : started.join(' ');
}
