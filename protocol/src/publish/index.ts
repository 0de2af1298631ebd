export { writeJsonErrors } from './json-errors.js';
export { writeJsonSchema } from './json-schema.js';
export { writeReference } from './reference.js';
export { writeVectors, type Vectors } from './vectors/write-vectors.js';
export { writeTroubleshooting } from './troubleshooting.js';
