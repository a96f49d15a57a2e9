/** Marks a place at which a fault test may end the process as a power cut would. */
export type Failpoint = (name: string) => void;

/** `FAIL_AT=name:n` kills the process at the n-th pass of that place; without it a pass costs a comparison. */
export function failpoint(failAt: string | undefined): Failpoint {
  const [place, count] = failAt?.split(':') ?? [];
  let left = Number(count ?? 0);
  return (name) => {
    if (name === place && --left === 0) process.kill(process.pid, 'SIGKILL');
  };
}
