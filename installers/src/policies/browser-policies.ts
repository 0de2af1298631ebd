import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID, HOST_NAME } from '@cardwright/protocol/identity';
import { DOWNLOADS } from './examples.js';

/**
 * The degree of a template's restrictions. `open` lets the browser start the host, and forbids nothing. `strict` forbids all other hosts, and all
 * hosts that a user registered. `strict` suits only computers on which no other extension needs a host.
 */
export type Strictness = 'open' | 'strict';

/** The lists of hosts, in which our entries stand beside the entries of other programs (chromeenterprise.google/policies). */
export interface HostLists {
  readonly NativeMessagingBlocklist?: readonly string[];
  readonly NativeMessagingAllowlist: readonly string[];
}

export const hostLists = (strictness: Strictness): HostLists => ({
  ...(strictness === 'strict' ? { NativeMessagingBlocklist: ['*'] } : {}),
  NativeMessagingAllowlist: [HOST_NAME],
});

/** Returns the policy on hosts that a user registered. The open template leaves the decision to the browser, which allows such hosts. */
export const userLevelHosts = (strictness: Strictness): { readonly NativeMessagingUserLevelHosts?: false } =>
  strictness === 'strict' ? { NativeMessagingUserLevelHosts: false } : {};

/** Policy that installs the extension, and updates it from the same address, whatever the extension's own manifest says. */
export const EXTENSION_SETTINGS = {
  [CHROMIUM_EXTENSION_ID]: {
    installation_mode: 'force_installed',
    update_url: DOWNLOADS.chromium,
    override_update_url: true,
  },
} as const;

/**
 * Policy that installs the extension in Firefox, which has no policy for native hosts (mozilla.github.io/policy-templates). `install_url` serves only the
 * installation. The extension's own manifest names the address of its updates (`gecko.update_url`), and `updates_disabled: false` has Firefox ask there
 * even if its user or another policy switched off updates.
 */
export const FIREFOX_EXTENSION_SETTINGS = {
  [FIREFOX_EXTENSION_ID]: {
    installation_mode: 'force_installed',
    install_url: DOWNLOADS.firefox,
    updates_disabled: false,
  },
} as const;
