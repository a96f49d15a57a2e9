export type { WorkerConfig } from './env.js';
export { type RunningWorker, startWorker } from './start.js';
