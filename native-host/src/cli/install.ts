import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HOST_NAME } from '@cardwright/protocol';
import {
  BROWSER_LOCATIONS,
  CHROMIUM_HOSTS_FOLDER,
  LAUNCHER_FOLDER,
  type ManifestFlavour,
} from '../browsers/locations.js';
import { ADMITTED, manifestIn } from '../browsers/manifests.js';
import { inHome, thisSystem } from '../system/system.js';

const LAUNCHER_NAME = 'cardwright-host';
const EXECUTABLE = 0o755;

/** A place where a manifest of ours belongs. */
export interface InstallTarget {
  readonly browser: string;
  readonly flavour: ManifestFlavour;
  /** Path of the manifest. */
  readonly manifest: string;
  /** Path of the program that the manifest names. */
  readonly launcher: string;
}

/**
 * The targets of the current user, or, with a user data folder, that Chromium profile's alone.
 *
 * @throws Error on a system whose browsers do not look into folders (Windows: the registry)
 */
export function installTargets(userDataDir?: string): InstallTarget[] {
  if (userDataDir !== undefined) {
    const folder = path.resolve(userDataDir, CHROMIUM_HOSTS_FOLDER);
    const launcher = path.join(folder, LAUNCHER_NAME);
    return [{ browser: 'Chromium profile', flavour: 'chromium', manifest: manifestIn(folder), launcher }];
  }
  const { platform } = process;
  if (platform !== 'linux' && platform !== 'darwin') {
    throw new Error(`On ${platform} the host is registered by its installer.`);
  }
  const launcher = path.join(thisSystem.home, LAUNCHER_FOLDER[platform], LAUNCHER_NAME);
  return BROWSER_LOCATIONS.map(({ browser, flavour, ...folders }) => ({
    browser,
    flavour,
    manifest: manifestIn(inHome(thisSystem, folders[platform])),
    launcher,
  }));
}

/** Writes the launcher and the manifest. `main` is this program's entry. */
export function install({ flavour, manifest, launcher }: InstallTarget, main: string): void {
  writeExecutable(launcher, launcherScript(main));
  mkdirSync(path.dirname(manifest), { recursive: true });
  writeFileSync(manifest, `${JSON.stringify(manifestContent(flavour, launcher), null, 2)}\n`);
}

/** Removes manifest and launcher; returns whether there was a manifest. */
export function uninstall({ manifest, launcher }: InstallTarget): boolean {
  const wasThere = existsSync(manifest);
  rmSync(manifest, { force: true });
  rmSync(launcher, { force: true });
  return wasThere;
}

function manifestContent(flavour: ManifestFlavour, launcher: string): Record<string, unknown> {
  const allowed = { [flavour === 'chromium' ? 'allowed_origins' : 'allowed_extensions']: [ADMITTED[flavour]] };
  return { name: HOST_NAME, description: 'Cardwright native host', path: launcher, type: 'stdio', ...allowed };
}

/**
 * A manifest cannot name arguments, and browsers start hosts with a PATH of their own. So this very Node is named, with
 * its full path. `exec` leaves one process, which the browser then ends when the page goes.
 */
const launcherScript = (main: string): string =>
  ['#!/bin/sh', `exec ${quote(process.execPath)} ${quote(main)} "$@"`, ''].join('\n');

/** Quotes a path for sh. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function writeExecutable(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, EXECUTABLE);
}
