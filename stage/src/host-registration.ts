import { readFileSync, writeFileSync } from 'node:fs';
import { install, type InstallTarget, installTargets, uninstall } from '@cardwright/native-host';
import { inRepository } from './repository.js';

/** The native host as it was built. */
export const HOST_PROGRAM = inRepository('native-host', 'dist', 'bundle', 'main.js');

export interface HostRegistration {
  /** Extensions that the manifest admits: origins such as `chrome-extension://…/`; in Firefox, ids. Default: ours. */
  readonly allowedOrigins?: readonly string[];
  /** The program that the manifest names instead of the host's. */
  readonly path?: string;
}

/**
 * Registers a native host for one Chromium profile alone, or none at all. A running Chromium reads the manifest again
 * whenever the extension starts a host.
 *
 * @param program the host's JavaScript file; null for none
 */
export function registerHost(userDataDir: string, program: string | null, registration: HostRegistration = {}): void {
  for (const target of installTargets(userDataDir)) registerAt(target, program, registration);
}

/** Registers a native host at one place, or none there. @param program the host's JavaScript file; null for none */
export function registerAt(target: InstallTarget, program: string | null, registration: HostRegistration): void {
  if (program === null) {
    uninstall(target);
    return;
  }
  install(target, program);
  const { allowedOrigins, path } = registration;
  const admitted = target.flavour === 'chromium' ? 'allowed_origins' : 'allowed_extensions';
  const changed = {
    ...(allowedOrigins === undefined ? {} : { [admitted]: allowedOrigins }),
    ...(path === undefined ? {} : { path }),
  };
  const manifest = JSON.parse(readFileSync(target.manifest, 'utf8')) as Record<string, unknown>;
  writeFileSync(target.manifest, JSON.stringify({ ...manifest, ...changed }));
}
