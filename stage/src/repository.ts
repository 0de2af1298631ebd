import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's folder, which is two levels above this file both in stage/src (tests) and in stage/dist (demo). */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Returns the absolute path of a file or folder of the clone. */
export function inRepository(...parts: readonly string[]): string {
  return path.join(ROOT, ...parts);
}
