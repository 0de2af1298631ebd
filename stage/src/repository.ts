import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's folder, whether this runs from stage/src (tests) or stage/dist (the demo). */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Returns the absolute path of a file or folder of the clone. */
export function inRepository(...parts: readonly string[]): string {
  return path.join(ROOT, ...parts);
}
