import path from 'node:path';
import { idListsInFiles, idsOf } from '../browsers/obeyed-ids.js';
import { ownershipOfManifest } from '../browsers/ownership.js';
import {
  forget,
  readRegistered,
  registrationFolder,
  remember,
  type Registered,
  type Scope,
} from '../browsers/registered.js';
import { codeOf } from '../system/error-code.js';
import type { System } from '../system/system.js';
import {
  install,
  removeEmptyFolders,
  removeLauncher,
  removeManifest,
  uninstall,
  writeLauncher,
  writeManifest,
} from './install.js';
import {
  computerTargets,
  installTargets,
  launcherOf,
  manifestsIn,
  RegistrationError,
  targetIn,
  type InstallTarget,
} from './install-targets.js';
import type { Print } from './print.js';

/** Options of `install` and `uninstall`. By default, the commands concern the browsers of this account that are in `BROWSER_LOCATIONS`. */
export interface RegistrationOptions {
  /** Folder of one Chromium profile. The profile has a launcher of its own, and its registration is not recorded. */
  readonly userDataDir?: string | undefined;
  /** Folders of the settings of browsers that are not in `BROWSER_LOCATIONS`. */
  readonly browserDirs?: readonly string[] | undefined;
  /** Set when the browsers of `browserDirs` are Firefox-based. If false, only a folder with a `profiles.ini` counts as Firefox-based. */
  readonly isFirefox?: boolean;
  /** Set when the command concerns the browsers of all accounts. */
  readonly wholeComputer?: boolean;
  readonly system: System;
  readonly print: Print;
}

/**
 * Registers the host for the extensions that it obeys. Records what was written, except for a Chromium profile. All targets are validated before anything is written.
 *
 * @param main path of this program's main file
 * @throws RegistrationError if the host cannot be registered with one of the browsers
 */
export function register(main: string, options: RegistrationOptions): void {
  const { userDataDir, wholeComputer = false, system, print } = options;
  const isProfile = userDataDir !== undefined;
  const targets = sharing(isProfile ? installTargets(userDataDir, system) : targetsOf(main, options));
  const ids = idsOf(idListsInFiles(system, path.dirname(main)));
  if (!isProfile && !wholeComputer) telling(() => writeLauncher(launcherOf(system), main));
  for (const target of targets) {
    telling(() => {
      if (isProfile) install(target, main, ids);
      else remember(system, wholeComputer ? 'computer' : 'user', writeManifest(target, ids));
    });
    print(`${target.browser}: ${target.manifest}`);
  }
}

function targetsOf(
  main: string,
  { browserDirs, isFirefox = false, wholeComputer = false, system }: RegistrationOptions,
): InstallTarget[] {
  if (wholeComputer) return computerTargets(main, system);
  return browserDirs?.map((folder) => targetIn(folder, isFirefox, system)) ?? installTargets(undefined, system);
}

/**
 * Removes what `register` wrote, and nothing else. A manifest or launcher that someone else wrote stays, and so does a symbolic link in the
 * place of a manifest or launcher.
 *
 * @throws RegistrationError if something of ours cannot be removed
 */
export function unregister(options: RegistrationOptions): void {
  const { userDataDir, browserDirs, wholeComputer = false, system, print } = options;
  if (userDataDir !== undefined) {
    for (const target of installTargets(userDataDir, system)) {
      if (telling(() => uninstall(target))) print(`${target.browser}: removed`);
    }
    return;
  }
  const scope = wholeComputer ? 'computer' : 'user';
  const known = knownTo(system, scope);
  const meant = browserDirs?.flatMap((folder) => inFolder(folder, known, system)) ?? known;
  // The last registration goes first, because the first one may have created a folder that contains the others.
  for (const one of meant.reverse()) {
    telling(() => {
      const found = removeManifest(one);
      if (found === 'ours') print(`${one.browser}: removed`);
      if (found === 'foreign') print(`${one.browser}: ${one.manifest} is of someone else's making, and stays`);
      forget(system, scope, one.manifest);
    });
  }
  telling(() => removeWhatNothingNeeds(system, scope));
}

/**
 * Returns every registration that may exist: the recorded ones and, for this account, one for each browser in `BROWSER_LOCATIONS`. Registrations
 * of Chromium profiles are not recorded. What a package installed for all accounts is left to the package manager.
 */
function knownTo(system: System, scope: Scope): Registered[] {
  const remembered = readRegistered(system, scope);
  const listed = scope === 'computer' ? [] : sharing(installTargets(undefined, system));
  const others = listed.filter(({ manifest }) => !remembered.some((one) => one.manifest === manifest));
  return [...remembered, ...others.map((target) => ({ ...target, created: null }))];
}

/** Returns what may have been registered in the folder of a browser, which may be Firefox-based or not. The folder may no longer exist. */
const inFolder = (folder: string, known: readonly Registered[], system: System): Registered[] =>
  manifestsIn(folder, system).map(
    (manifest) =>
      known.find((one) => one.manifest === manifest) ?? {
        browser: folder,
        manifest,
        launcher: launcherOf(system),
        created: null,
      },
  );

function removeWhatNothingNeeds(system: System, scope: Scope): void {
  const folder = registrationFolder(system, scope);
  const isNamed = knownTo(system, scope).some((one) => ownershipOfManifest(one.manifest, one.launcher) === 'ours');
  if (scope === 'user' && !isNamed) removeLauncher(launcherOf(system));
  removeEmptyFolders(folder, folder);
}

/** Merges browsers that read the same file into one target. */
function sharing(targets: readonly InstallTarget[]): InstallTarget[] {
  const shared = new Map<string, InstallTarget>();
  for (const target of targets) {
    const first = shared.get(target.manifest);
    shared.set(target.manifest, first ? { ...first, browser: `${first.browser}, ${target.browser}` } : target);
  }
  return [...shared.values()];
}

/** Turns an error of the operating system into a `RegistrationError`, which is shown to the user. */
function telling<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = codeOf(error);
    if (!(error instanceof Error) || code === undefined) throw error;
    throw new RegistrationError(error.message, { cause: error });
  }
}
