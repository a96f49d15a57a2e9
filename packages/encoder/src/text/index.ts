export * from './clean-text.js';
export * from './content-hash.js';
export * from './render-item-text.js';
export * from './text-template.js';
