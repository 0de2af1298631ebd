export { writeJsonSchema } from './json-schema.js';
export { writeReference } from './reference.js';
export { writeTroubleshooting } from './troubleshooting.js';
