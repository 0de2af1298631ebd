import { HOST_NAME } from '@cardwright/protocol/identity';
import path from 'node:path';
import type { ExtensionIds } from '../system/caller.js';
import { admissionOf } from './extension-ids.js';
import { BROWSER_LOCATIONS, type ManifestFlavour } from './locations.js';

/** Returns the path of the manifest in a browser's folder. */
export const manifestIn = (folder: string): string => path.join(folder, `${HOST_NAME}.json`);

/** Returns the text of a manifest that lets browsers start a program, but only for these extensions. `program` is an absolute path. */
export function manifestText(flavour: ManifestFlavour, program: string, ids: ExtensionIds): string {
  const admitted = ids[flavour].map((id) => admissionOf(flavour, id));
  const allowed = { [flavour === 'chromium' ? 'allowed_origins' : 'allowed_extensions']: admitted };
  const manifest = { name: HOST_NAME, description: 'Cardwright native host', path: program, type: 'stdio', ...allowed };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** A folder in which the browsers of all users look for manifests. */
export interface ComputerPlace {
  readonly browsers: readonly string[];
  readonly flavour: ManifestFlavour;
  /** Path of the manifest. */
  readonly manifest: string;
}

/** Returns the folders in which browsers look for the manifest of all users. Several browsers share Chrome's folder. */
export function computerPlaces(platform: 'linux' | 'darwin'): ComputerPlace[] {
  const places = new Map<string, ComputerPlace>();
  for (const { browser, flavour, machine } of BROWSER_LOCATIONS) {
    for (const folder of machine[platform]) {
      const browsers = [...(places.get(folder)?.browsers ?? []), browser];
      places.set(folder, { browsers, flavour, manifest: manifestIn(folder) });
    }
  }
  return [...places.values()];
}
