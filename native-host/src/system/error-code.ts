import { types } from 'node:util';

/** Returns the code of a Node.js error, such as `ENOENT`; undefined for any other value. */
export const codeOf = (error: unknown): string | undefined =>
  types.isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
