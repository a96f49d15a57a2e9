export { type CallOptions, type ClientOptions, createClient, type KindlingClient } from './client.js';
export { EventTracker, type EventTrackerOptions, type NewEvent } from './event-tracker.js';
export { documentIds } from './manifest.js';
export { type OperationName, operationTexts } from './operations.js';
export { RequestError } from './request-error.js';
export * from './types.js';
