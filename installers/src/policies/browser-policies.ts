import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID, HOST_NAME } from '@cardwright/protocol/identity';
import { DOWNLOADS } from './examples.js';

/**
 * The degree of a template's restrictions. `open` lets the host be started and forbids nothing. `strict` forbids all other hosts, and
 * those that a user registered: only for computers on which no other extension needs one.
 */
export type Strictness = 'open' | 'strict';

/** The lists in which our entries stand beside those of other programs (chromeenterprise.google/policies). */
export interface HostLists {
  readonly NativeMessagingBlocklist?: readonly string[];
  readonly NativeMessagingAllowlist: readonly string[];
}

export const hostLists = (strictness: Strictness): HostLists => ({
  ...(strictness === 'strict' ? { NativeMessagingBlocklist: ['*'] } : {}),
  NativeMessagingAllowlist: [HOST_NAME],
});

/** Returns the policy on hosts that a user registered. The open template leaves it to the browser, which allows them. */
export const userLevelHosts = (strictness: Strictness): { readonly NativeMessagingUserLevelHosts?: false } =>
  strictness === 'strict' ? { NativeMessagingUserLevelHosts: false } : {};

/** Installs the extension, and updates it from the same place, whatever its own manifest says. */
export const EXTENSION_SETTINGS = {
  [CHROMIUM_EXTENSION_ID]: {
    installation_mode: 'force_installed',
    update_url: DOWNLOADS.chromium,
    override_update_url: true,
  },
} as const;

/**
 * Installs the extension by an entry of the list `ExtensionInstallForcelist`. The extension's own manifest names the place of its
 * updates.
 */
export const FORCE_LIST_ENTRY = `${CHROMIUM_EXTENSION_ID};${DOWNLOADS.chromium}`;

/** Firefox has no policy for native hosts (mozilla.github.io/policy-templates). */
export const FIREFOX_EXTENSION_SETTINGS = {
  [FIREFOX_EXTENSION_ID]: { installation_mode: 'force_installed', install_url: DOWNLOADS.firefox },
} as const;
