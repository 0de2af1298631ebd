import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { install, installTargets, uninstall, type InstallTarget } from '@cardwright/native-host';
import { HOST_NAME } from '@cardwright/protocol';
import { inRepository } from './repository.js';

/** The native host as it was built. */
export const HOST_PROGRAM = inRepository('native-host', 'dist', 'bundle', 'main.js');

/** Where Chromium looks for hosts of the whole computer. */
export const HOSTS_OF_COMPUTER = '/etc/chromium/native-messaging-hosts';

export interface HostRegistration {
  /** Origins that the manifest admits, such as `chrome-extension://…/`. Default: the extension's. */
  readonly allowedOrigins?: readonly string[];
  /** For the browser's profile, as a user would, or for the computer, as an administrator would. Default: the profile. */
  readonly scope?: 'profile' | 'computer';
  /** The origin that the host is told, whoever calls: for an extension whose id is not the product's. */
  readonly caller?: string;
}

/** A Chromium's own folders. */
export interface BrowserFolders {
  readonly userDataDir: string;
  /** Stands for `/`. */
  readonly computer: string;
}

/**
 * Registers a native host for one Chromium alone, or none at all. A running Chromium reads the manifest again whenever
 * the extension starts a host.
 *
 * @param program the host's JavaScript file; null for none
 */
export function registerHost(
  folders: BrowserFolders,
  program: string | null,
  { allowedOrigins, scope = 'profile', caller }: HostRegistration = {},
): void {
  const targets = scope === 'profile' ? installTargets(folders.userDataDir) : [targetOf(folders.computer)];
  for (const target of targets) {
    if (program === null) {
      uninstall(target);
      continue;
    }
    install(target, program);
    if (caller !== undefined) rewrite(target.launcher, (script) => script.replace('"$@"', `'${caller}'`));
    if (allowedOrigins === undefined) continue;
    rewrite(target.manifest, (json) => {
      const manifest = JSON.parse(json) as Record<string, unknown>;
      return JSON.stringify({ ...manifest, allowed_origins: allowedOrigins });
    });
  }
}

function targetOf(computer: string): InstallTarget {
  const manifest = path.join(computer, HOSTS_OF_COMPUTER, `${HOST_NAME}.json`);
  const launcher = path.join(computer, 'usr', 'bin', 'cardwright-host');
  return { browser: 'Chromium', flavour: 'chromium', manifest, launcher };
}

function rewrite(file: string, change: (content: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}
