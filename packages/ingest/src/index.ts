export * from './catalogue-file.js';
export * from './column-mapping.js';
export { type ImportFormat, importFormats } from './file-format.js';
export { maximumLineBytes } from './line-reader.js';
export * from './parse-date.js';
export * from './parse-list.js';
export * from './parse-price.js';
export * from './public-address.js';
export * from './reject-report.js';
