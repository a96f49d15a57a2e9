export * from './simulation.js';
export * from './taste-space.js';
export * from './visitor.js';
