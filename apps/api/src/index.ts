export { type ApiConfig, readEnv } from './env.js';
export { jsonLog, type Log } from './log.js';
export { type RunningApi, startApi } from './start.js';
