import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID, HOST_NAME } from '@cardwright/protocol';
import { DOWNLOADS } from './examples.js';

/**
 * How much a template forbids. `open` lets the host be started and forbids nothing; `strict` forbids all other hosts, and those that
 * a user registered: only for computers on which no other extension needs one.
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

/** Whether hosts are allowed that a user registered; the open template leaves that to the browser, which allows them. */
export const userLevelHosts = (strictness: Strictness): { readonly NativeMessagingUserLevelHosts?: false } =>
  strictness === 'strict' ? { NativeMessagingUserLevelHosts: false } : {};

/** Installs the extension; it is updated from the same place, whatever its own manifest says. */
export const EXTENSION_SETTINGS = {
  [CHROMIUM_EXTENSION_ID]: {
    installation_mode: 'force_installed',
    update_url: DOWNLOADS.chromium,
    override_update_url: true,
  },
} as const;

/** The same as an entry of a list, `ExtensionInstallForcelist`: the extension's own manifest says where its updates are. */
export const FORCE_LIST_ENTRY = `${CHROMIUM_EXTENSION_ID};${DOWNLOADS.chromium}`;

/** Firefox has no policy for native hosts (mozilla.github.io/policy-templates). */
export const FIREFOX_EXTENSION_SETTINGS = {
  [FIREFOX_EXTENSION_ID]: { installation_mode: 'force_installed', install_url: DOWNLOADS.firefox },
} as const;
