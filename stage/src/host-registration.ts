import { readFileSync, writeFileSync } from 'node:fs';
import { install, installTargets, uninstall } from '@cardwright/native-host';
import { inRepository } from './repository.js';

/** The native host as it was built. */
export const HOST_PROGRAM = inRepository('native-host', 'dist', 'bundle', 'main.js');

export interface HostRegistration {
  /** Origins that the manifest admits, such as `chrome-extension://…/`. Default: the extension's. */
  readonly allowedOrigins?: readonly string[];
}

/**
 * Registers a native host for one Chromium profile alone, or none at all. A running Chromium reads the manifest again
 * whenever the extension starts a host.
 *
 * @param program the host's JavaScript file; null for none
 */
export function registerHost(
  userDataDir: string,
  program: string | null,
  { allowedOrigins }: HostRegistration = {},
): void {
  for (const target of installTargets(userDataDir)) {
    if (program === null) {
      uninstall(target);
      continue;
    }
    install(target, program);
    if (allowedOrigins === undefined) continue;
    const manifest = JSON.parse(readFileSync(target.manifest, 'utf8')) as Record<string, unknown>;
    writeFileSync(target.manifest, JSON.stringify({ ...manifest, allowed_origins: allowedOrigins }));
  }
}
