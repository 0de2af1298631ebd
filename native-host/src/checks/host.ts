import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildVersion, PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { readBuildRecord } from '../system/build-record.js';
import { defineCheck, failed, passed, skipped } from './check.js';

const ID = 'host';
const FILES = 'host-files';

/** Reports the version of the running host. */
export const hostVersion = defineCheck({
  id: ID,
  title: 'Host',
  summary: 'The version of the host.',
  audience: 'everyone',
  run: ({ audience, system, programFolder }) => [
    passed(
      ID,
      `Cardwright host ${buildVersion(readBuildRecord(programFolder)?.commit)}${audience === 'doctor' ? `, Node.js ${process.version}, ${system.platform}` : ''}`,
    ),
  ],
});

/**
 * Checks that the host's files are those that were built. The list of their digests protects against accidents only: an attacker can change
 * the list too.
 */
export const hostFiles = defineCheck({
  id: FILES,
  title: 'Host files',
  summary: "The host's files: they must be those that were built.",
  audience: 'everyone',
  run({ programFolder, audience }) {
    const record = readBuildRecord(programFolder);
    if (record === null) return [skipped(FILES, 'this host was not bundled by a build')];
    const wrong = Object.entries(record.files)
      .filter(([name, digest]) => digestOf(path.join(programFolder, name)) !== digest)
      .map(([name]) => name);
    if (record.version === PRODUCT_VERSION && wrong.length === 0) {
      return [passed(FILES, `${Object.keys(record.files).length} files are as they were built`)];
    }
    const detail =
      wrong.length === 0 ? `they are of version ${record.version}` : `missing or changed: ${wrong.join(', ')}`;
    return [failed(FILES, 'HOST_DAMAGED', audience === 'doctor' ? `${detail}, in ${programFolder}` : detail)];
  },
});

/** Returns the SHA-256 of a file in hexadecimal; null if the file cannot be read. */
function digestOf(file: string): string | null {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return null;
  }
}
