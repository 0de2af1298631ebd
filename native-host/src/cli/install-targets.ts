import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { computerPlaces, manifestIn } from '../browsers/host-manifest.js';
import { LAUNCHER_NAME, packagedIn } from '../browsers/launcher.js';
import {
  BROWSER_LOCATIONS,
  CHROMIUM_HOSTS_FOLDER,
  FIREFOX_HOSTS_FOLDER,
  type ManifestFlavour,
} from '../browsers/locations.js';
import { registrationFolder } from '../browsers/registered.js';
import { inHome, onComputer, thisSystem, type System } from '../system/system.js';
import { whoElseMayChange } from '../system/who-may-change.js';

/** A manifest to write for one or several browsers, and the program that the manifest names. */
export interface InstallTarget {
  readonly browser: string;
  readonly flavour: ManifestFlavour;
  /** Path of the manifest. */
  readonly manifest: string;
  /** Path of the program that the manifest names. */
  readonly launcher: string;
}

/** The reason why the host cannot be registered, or its registration cannot be removed, in words for the user. */
export class RegistrationError extends Error {
  override readonly name = 'RegistrationError';
}

/**
 * Returns the targets of this account for all browsers in `BROWSER_LOCATIONS`. If `userDataDir` is given, returns only the target for this
 * Chromium profile.
 *
 * @throws RegistrationError on systems other than Linux and macOS if `userDataDir` is not given, because browsers on Windows search the registry
 */
export function installTargets(userDataDir?: string, system: System = thisSystem): InstallTarget[] {
  if (userDataDir !== undefined) {
    const folder = path.resolve(userDataDir, CHROMIUM_HOSTS_FOLDER);
    const launcher = path.join(folder, LAUNCHER_NAME);
    return [{ browser: 'Chromium profile', flavour: 'chromium', manifest: manifestIn(folder), launcher }];
  }
  const platform = platformOf(system);
  const launcher = launcherOf(system);
  return BROWSER_LOCATIONS.map(({ browser, flavour, ...folders }) => ({
    browser,
    flavour,
    manifest: manifestIn(inHome(system, folders[platform])),
    launcher,
  }));
}

/**
 * Returns the target for a browser that is not in `BROWSER_LOCATIONS`, by the folder of its settings, such as `~/.config/thorium` or
 * `~/.librewolf`. The browser counts as Firefox-based if `isFirefox` is set or the folder contains a `profiles.ini`.
 *
 * @throws RegistrationError if the folder does not exist, because no browser would search a folder with a mistyped name; also on systems other
 * than Linux and macOS
 */
export function targetIn(browserDir: string, isFirefox: boolean, system: System = thisSystem): InstallTarget {
  const folder = path.resolve(browserDir);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new RegistrationError(`${folder} is no folder`);
  const flavour = isFirefox || existsSync(path.join(folder, 'profiles.ini')) ? 'firefox' : 'chromium';
  const hosts = path.join(folder, hostsFolders(system)[flavour]);
  return { browser: folder, flavour, manifest: manifestIn(hosts), launcher: launcherOf(system) };
}

/** Returns the paths of all manifests that `install` may have written for a browser's folder. */
export const manifestsIn = (browserDir: string, system: System): string[] =>
  [...new Set(Object.values(hostsFolders(system)))].map((hosts) => manifestIn(path.resolve(browserDir, hosts)));

const hostsFolders = (system: System): Record<ManifestFlavour, string> => ({
  chromium: CHROMIUM_HOSTS_FOLDER,
  firefox: FIREFOX_HOSTS_FOLDER[platformOf(system)],
});

/**
 * Returns the targets for the browsers of all accounts. The manifests of these targets name the launcher of the packaged host that runs now.
 * `main` is the path of this host's main file.
 *
 * @throws RegistrationError if the host is not packaged, if another account than root could replace it, or on systems other than Linux and macOS
 */
export function computerTargets(main: string, system: System = thisSystem): InstallTarget[] {
  const platform = platformOf(system);
  const folder = path.dirname(path.dirname(realpathSync(main)));
  const launcher = path.join(folder, LAUNCHER_NAME);
  if (!existsSync(launcher)) throw new RegistrationError('--system needs a packaged host, with its own Node.js');
  const { node } = packagedIn(folder);
  for (const file of [launcher, node, main]) {
    const weak = whoElseMayChange(system, file);
    if (weak !== null) {
      throw new RegistrationError(
        `Others than root may change ${weak}: move the host to a folder of root, such as ${ROOTS_FOLDER[platform]}`,
      );
    }
  }
  return computerPlaces(platform)
    .map(({ browsers, flavour, manifest }) => ({
      browser: browsers.join(', '),
      flavour,
      manifest: onComputer(system, manifest),
      launcher,
    }))
    .filter(({ manifest }) => !isOfOtherDistributions(system, manifest));
}

const ROOTS_FOLDER = { linux: '/opt/cardwright', darwin: '/Library/Cardwright' } as const;

/**
 * True for a manifest in a folder of Firefox that this distribution does not have. Firefox searches one folder, depending on its build, so the
 * other folders are not created.
 */
const isOfOtherDistributions = (system: System, manifest: string): boolean =>
  ['/usr/lib64/mozilla', '/usr/share/mozilla'].some(
    (folder) => manifest.startsWith(onComputer(system, folder)) && !existsSync(onComputer(system, folder)),
  );

/** Returns the path of the launcher that all manifests of this account name. */
export const launcherOf = (system: System): string => path.join(registrationFolder(system, 'user'), LAUNCHER_NAME);

function platformOf({ platform }: System): 'linux' | 'darwin' {
  if (platform === 'linux' || platform === 'darwin') return platform;
  throw new RegistrationError(`On ${platform} the host is registered by its installer.`);
}
