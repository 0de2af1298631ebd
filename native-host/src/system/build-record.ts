import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';

/** Name of the file that the build writes beside the bundle. */
const FILE = 'build.json';

/** The build's record of itself: see native-host/build.mjs. */
const buildRecord = v.object({
  version: v.string(),
  /** Milliseconds since 1970. */
  built: v.number(),
  /** SHA-256 of each file of the bundle, hexadecimal. */
  files: v.record(v.string(), v.string()),
});
export type BuildRecord = v.InferOutput<typeof buildRecord>;

/** Reads the record of the bundle in a folder. Returns null where there is none, or it is malformed. */
export function readBuildRecord(folder: string): BuildRecord | null {
  try {
    const parsed = v.safeParse(buildRecord, JSON.parse(readFileSync(path.join(folder, FILE), 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    // The code is compiled but not bundled, as in tests.
    return null;
  }
}
