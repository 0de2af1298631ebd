/**
 * Where each browser looks for native-messaging manifests of the current user (developer.chrome.com, "Native messaging";
 * MDN, "Native manifests"). Paths are relative to the home folder; on Linux, Chromium's follow XDG_CONFIG_HOME.
 */
export interface BrowserLocation {
  readonly browser: string;
  readonly flavour: ManifestFlavour;
  readonly linux: string;
  readonly darwin: string;
}

/** Chromium's manifests name origins, Firefox's name extension ids. */
export type ManifestFlavour = 'chromium' | 'firefox';

/** Folder below a Chromium user data folder; with `--user-data-dir` Chromium looks only here. */
export const CHROMIUM_HOSTS_FOLDER = 'NativeMessagingHosts';

export const BROWSER_LOCATIONS: readonly BrowserLocation[] = [
  {
    browser: 'Chrome',
    flavour: 'chromium',
    linux: '.config/google-chrome/NativeMessagingHosts',
    darwin: 'Library/Application Support/Google/Chrome/NativeMessagingHosts',
  },
  {
    browser: 'Chromium',
    flavour: 'chromium',
    linux: '.config/chromium/NativeMessagingHosts',
    darwin: 'Library/Application Support/Chromium/NativeMessagingHosts',
  },
  {
    browser: 'Edge',
    flavour: 'chromium',
    linux: '.config/microsoft-edge/NativeMessagingHosts',
    darwin: 'Library/Application Support/Microsoft Edge/NativeMessagingHosts',
  },
  {
    browser: 'Brave',
    flavour: 'chromium',
    linux: '.config/BraveSoftware/Brave-Browser/NativeMessagingHosts',
    darwin: 'Library/Application Support/BraveSoftware/Brave-Browser/NativeMessagingHosts',
  },
  {
    browser: 'Firefox',
    flavour: 'firefox',
    linux: '.mozilla/native-messaging-hosts',
    darwin: 'Library/Application Support/Mozilla/NativeMessagingHosts',
  },
];

/** Folder for the launcher that all these manifests name. */
export const LAUNCHER_FOLDER = {
  linux: '.local/share/cardwright',
  darwin: 'Library/Application Support/Cardwright',
} as const;
