import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { manifestText, type ManifestFlavour } from '@cardwright/native-host';
import { idsObeyedBy } from '../host-folder.js';

/** File names of the manifests in the host's folder. The registry keys of the browsers name these files. */
export const MANIFEST_FILES: Readonly<Record<ManifestFlavour, string>> = {
  chromium: 'chromium.json',
  firefox: 'firefox.json',
};

/** Name of the launcher in the host's folder on Windows. */
export const LAUNCHER = 'cardwright-host.exe';

/**
 * Writes both manifests. On Windows their `path` may be relative to the manifest, so that they are valid wherever the host is
 * installed.
 */
export function writeManifests(folder: string): void {
  for (const [flavour, file] of Object.entries(MANIFEST_FILES) as [ManifestFlavour, string][]) {
    writeFileSync(path.join(folder, file), manifestText(flavour, LAUNCHER, idsObeyedBy(folder)));
  }
}
