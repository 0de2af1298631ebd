import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { install, installTargets, uninstall, type InstallTarget } from '@cardwright/native-host';
import { HOST_NAME } from '@cardwright/protocol/identity';
import { inRepository } from './repository.js';

/** Path of the built native host's JavaScript file. */
export const HOST_PROGRAM = inRepository('native-host', 'dist', 'bundle', 'main.js');

/** Chromium's folder of native hosts for the whole computer. */
export const HOSTS_OF_COMPUTER = '/etc/chromium/native-messaging-hosts';

export interface HostRegistration {
  /** Extensions that the manifest admits, by origin (`chrome-extension://…/`), or in Firefox by id. Default: the product's extension. */
  readonly allowedOrigins?: readonly string[];
  /** The program that the manifest names instead of the host's launcher. */
  readonly path?: string;
  /**
   * `profile` registers the host for the browser's profile, as a user would; `computer` for the computer, as an administrator would.
   * Default: `profile`.
   */
  readonly scope?: 'profile' | 'computer';
  /** Variables of the host's environment in addition to the browser's. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The folders that one Chromium has for itself. */
export interface BrowserFolders {
  readonly userDataDir: string;
  /** The folder that stands for `/`: this Chromium finds the machine's folders, such as those in /etc, below this folder. */
  readonly computer: string;
}

/**
 * Registers a native host for one Chromium only, or removes the registration. A running Chromium reads the manifest again whenever the extension
 * starts a host.
 *
 * @param program the host's JavaScript file; null to remove the registration
 */
export function registerHost(
  folders: BrowserFolders,
  program: string | null,
  registration: HostRegistration = {},
): void {
  const isOfProfile = registration.scope !== 'computer';
  const targets = isOfProfile ? installTargets(folders.userDataDir) : [targetOf(folders.computer)];
  for (const target of targets) registerAt(target, program, registration);
}

/**
 * Registers a native host at a target (the paths of its manifest and launcher), or removes the registration.
 *
 * @param program the host's JavaScript file; null to remove the registration
 */
export function registerAt(target: InstallTarget, program: string | null, registration: HostRegistration): void {
  if (program === null) {
    uninstall(target);
    return;
  }
  install(target, program);
  const { allowedOrigins, path: named, env = {} } = registration;
  const exports = Object.entries(env).map(([name, value]) => `export ${name}='${value}'\n`);
  if (exports.length > 0) rewrite(target.launcher, (script) => script.replace(/^(?=exec )/m, () => exports.join('')));
  const admitted = target.flavour === 'chromium' ? 'allowed_origins' : 'allowed_extensions';
  const changed = {
    ...(allowedOrigins === undefined ? {} : { [admitted]: allowedOrigins }),
    ...(named === undefined ? {} : { path: named }),
  };
  rewrite(target.manifest, (json) => JSON.stringify({ ...(JSON.parse(json) as object), ...changed }));
}

function targetOf(computer: string): InstallTarget {
  const manifest = path.join(computer, HOSTS_OF_COMPUTER, `${HOST_NAME}.json`);
  const launcher = path.join(computer, 'usr', 'bin', 'cardwright-host');
  return { browser: 'Chromium', flavour: 'chromium', manifest, launcher };
}

function rewrite(file: string, change: (content: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}
