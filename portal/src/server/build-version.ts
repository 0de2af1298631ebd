import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildVersion } from '@cardwright/protocol/identity';
import * as v from 'valibot';
import { inPortal } from './portal-folder.js';

const record = v.object({ commit: v.optional(v.string()) });

/** The version of this portal with its commit, as in `0.1.0+g4dc5a622`. Without the commit where the build did not know it. */
export const BUILD_VERSION = buildVersion(
  // The record is beside the bundle, which may be what runs here.
  commitIn(path.join(import.meta.dirname, 'build.json')) ?? commitIn(inPortal('dist', 'bundle', 'build.json')),
);

function commitIn(file: string): string | undefined {
  try {
    return v.parse(record, JSON.parse(readFileSync(file, 'utf8'))).commit;
  } catch {
    // There is no record beside what is compiled and not bundled.
    return undefined;
  }
}
