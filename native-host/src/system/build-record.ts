import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';

/** Name of the record's file in the folder of the bundle. */
const FILE = 'build.json';

/** The record that the build writes about its bundle: see native-host/build.mjs. */
const buildRecord = v.object({
  version: v.string(),
  /** Build metadata of the version, such as `g4dc5a622`. Missing where the build did not know its commit. */
  commit: v.optional(v.string()),
  /** Time of the build in milliseconds since 1970. */
  built: v.number(),
  /** Hexadecimal SHA-256 of each file of the bundle, by the file's name. */
  files: v.record(v.string(), v.string()),
});
export type BuildRecord = v.InferOutput<typeof buildRecord>;

/** Reads the record of the bundle in a folder. Returns null if there is no record, or if the record is malformed. */
export function readBuildRecord(folder: string): BuildRecord | null {
  try {
    const parsed = v.safeParse(buildRecord, JSON.parse(readFileSync(path.join(folder, FILE), 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    // There is no record if the code is compiled but not bundled, as in tests.
    return null;
  }
}
