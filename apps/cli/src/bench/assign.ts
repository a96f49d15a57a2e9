import { type AssignmentPlan, assign } from '@kindling/experiments';

const experiments = 20;
const requests = 200_000;

/**
 * Requests a second that one core assigns: each is one profile against twenty experiments, in four layers of five,
 * with a holdout and a ramp. Units are new each time, as a cache would flatter the figure.
 */
export async function benchAssign(): Promise<object> {
  const plans = Array.from({ length: experiments }, (_, at) => planAt(at));
  play(plans, 20_000, 'warm-up');
  const before = process.cpuUsage();
  const start = performance.now();
  const exposed = play(plans, requests, 'profile');
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  return {
    experiments,
    requests,
    assignmentsInPerRequest: exposed / requests,
    requestsPerSecond: Math.round(requests / seconds),
    requestsPerCpuSecond: Math.round(requests / ((user + system) / 1e6)),
    targetRequestsPerSecond: 50_000,
  };
}

function play(plans: readonly AssignmentPlan[], count: number, prefix: string): number {
  let inside = 0;
  for (let request = 0; request < count; request++) {
    const unit = `${prefix}-7c9e6679-7425-40de-${request}`;
    for (const plan of plans) if (assign(plan, unit).in) inside += 1;
  }
  return inside;
}

const planAt = (at: number): AssignmentPlan => ({
  salt: `experiment-${at}-v1`,
  running: true,
  layer: { salt: `layer-${at % 4}`, from: Math.floor(at / 4) / 5, to: (Math.floor(at / 4) + 1) / 5 },
  holdout: { salt: 'everyone', share: 0.05 },
  ramp: 0.5,
  variants: [
    { id: 'control', weight: 1 },
    { id: 'treatment', weight: 1 },
  ],
});
