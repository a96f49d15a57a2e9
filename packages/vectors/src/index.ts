export * from './embedded/embedded-index.js';
export * from './fusion.js';
export * from './maximal-marginal-relevance.js';
export * from './port.js';
export * from './recommend-strategies.js';
export * from './text-space.js';
export * from './validation.js';
