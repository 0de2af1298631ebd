/** What is known of each browser, as data. */
export interface BrowserLocation {
  readonly browser: string;
  readonly flavour: ManifestFlavour;
  /** Where it looks for manifests of the user, below the home folder. */
  readonly linux: string;
  readonly darwin: string;
  /** Where it looks for manifests of the whole computer. */
  readonly machine: { readonly linux: readonly string[]; readonly darwin: readonly string[] };
  /** Registry keys below `HKCU\` and `HKLM\`, whose default value is the manifest's path. */
  readonly win32: string;
  /** Where its administrator's policies are: folders of JSON files, a preference domain, and a registry key. */
  readonly policies: {
    readonly linux: readonly string[];
    readonly darwin: string;
    readonly win32: string;
  } | null;
  /** What tells that it is installed. */
  readonly installed: {
    readonly linux: readonly string[];
    readonly darwin: readonly string[];
    readonly snap: string | null;
    readonly flatpak: string | null;
  };
}

/** Chromium's manifests name origins, Firefox's name extension ids. */
export type ManifestFlavour = 'chromium' | 'firefox';

/** Folder below a Chromium user data folder; with `--user-data-dir` this alone is looked at. */
export const CHROMIUM_HOSTS_FOLDER = 'NativeMessagingHosts';

/** The same below the folder of a browser of Firefox's family. */
export const FIREFOX_HOSTS_FOLDER = { linux: 'native-messaging-hosts', darwin: 'NativeMessagingHosts' } as const;

const CHROME_OF_COMPUTER = '/etc/opt/chrome/native-messaging-hosts';

/**
 * developer.chrome.com, "Native messaging", MDN, "Native manifests", and Microsoft's "Native messaging" for Chrome, Chromium,
 * Firefox and Edge. Of the others was traced which files they open: Brave and Vivaldi take Chrome's folder of the computer, and
 * Opera Chrome's folders altogether.
 */
export const BROWSER_LOCATIONS: readonly BrowserLocation[] = [
  {
    browser: 'Chrome',
    flavour: 'chromium',
    linux: '.config/google-chrome/NativeMessagingHosts',
    darwin: 'Library/Application Support/Google/Chrome/NativeMessagingHosts',
    machine: { linux: [CHROME_OF_COMPUTER], darwin: ['/Library/Google/Chrome/NativeMessagingHosts'] },
    win32: 'SOFTWARE\\Google\\Chrome\\NativeMessagingHosts',
    policies: {
      linux: ['/etc/opt/chrome/policies/managed'],
      darwin: 'com.google.Chrome',
      win32: 'SOFTWARE\\Policies\\Google\\Chrome',
    },
    installed: {
      linux: ['/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'],
      darwin: ['/Applications/Google Chrome.app'],
      snap: null,
      flatpak: 'com.google.Chrome',
    },
  },
  {
    browser: 'Chromium',
    flavour: 'chromium',
    linux: '.config/chromium/NativeMessagingHosts',
    darwin: 'Library/Application Support/Chromium/NativeMessagingHosts',
    machine: {
      linux: ['/etc/chromium/native-messaging-hosts'],
      darwin: ['/Library/Application Support/Chromium/NativeMessagingHosts'],
    },
    win32: 'SOFTWARE\\Chromium\\NativeMessagingHosts',
    policies: {
      linux: ['/etc/chromium/policies/managed'],
      darwin: 'org.chromium.Chromium',
      win32: 'SOFTWARE\\Policies\\Chromium',
    },
    installed: {
      linux: ['/usr/bin/chromium', '/usr/bin/chromium-browser'],
      darwin: ['/Applications/Chromium.app'],
      snap: 'chromium',
      flatpak: 'org.chromium.Chromium',
    },
  },
  {
    browser: 'Edge',
    flavour: 'chromium',
    linux: '.config/microsoft-edge/NativeMessagingHosts',
    darwin: 'Library/Application Support/Microsoft Edge/NativeMessagingHosts',
    machine: {
      linux: ['/etc/opt/edge/native-messaging-hosts', CHROME_OF_COMPUTER],
      darwin: ['/Library/Microsoft/Edge/NativeMessagingHosts'],
    },
    win32: 'SOFTWARE\\Microsoft\\Edge\\NativeMessagingHosts',
    policies: {
      linux: ['/etc/opt/edge/policies/managed'],
      darwin: 'com.microsoft.Edge',
      win32: 'SOFTWARE\\Policies\\Microsoft\\Edge',
    },
    installed: {
      linux: ['/usr/bin/microsoft-edge', '/usr/bin/microsoft-edge-stable'],
      darwin: ['/Applications/Microsoft Edge.app'],
      snap: null,
      flatpak: 'com.microsoft.Edge',
    },
  },
  {
    browser: 'Brave',
    flavour: 'chromium',
    linux: '.config/BraveSoftware/Brave-Browser/NativeMessagingHosts',
    darwin: 'Library/Application Support/BraveSoftware/Brave-Browser/NativeMessagingHosts',
    machine: { linux: [CHROME_OF_COMPUTER], darwin: [] },
    win32: 'SOFTWARE\\BraveSoftware\\Brave-Browser\\NativeMessagingHosts',
    policies: {
      linux: ['/etc/brave/policies/managed'],
      darwin: 'com.brave.Browser',
      win32: 'SOFTWARE\\Policies\\BraveSoftware\\Brave',
    },
    installed: {
      linux: ['/usr/bin/brave-browser', '/usr/bin/brave'],
      darwin: ['/Applications/Brave Browser.app'],
      snap: 'brave',
      flatpak: 'com.brave.Browser',
    },
  },
  {
    browser: 'Vivaldi',
    flavour: 'chromium',
    linux: '.config/vivaldi/NativeMessagingHosts',
    darwin: 'Library/Application Support/Vivaldi/NativeMessagingHosts',
    machine: { linux: [CHROME_OF_COMPUTER], darwin: [] },
    win32: 'SOFTWARE\\Vivaldi\\NativeMessagingHosts',
    policies: {
      linux: ['/etc/opt/vivaldi/policies/managed'],
      darwin: 'com.vivaldi.Vivaldi',
      win32: 'SOFTWARE\\Policies\\Vivaldi',
    },
    installed: {
      linux: ['/usr/bin/vivaldi', '/usr/bin/vivaldi-stable'],
      darwin: ['/Applications/Vivaldi.app'],
      snap: 'vivaldi',
      flatpak: 'com.vivaldi.Vivaldi',
    },
  },
  {
    browser: 'Opera',
    flavour: 'chromium',
    linux: '.config/google-chrome/NativeMessagingHosts',
    darwin: 'Library/Application Support/Google/Chrome/NativeMessagingHosts',
    machine: { linux: [CHROME_OF_COMPUTER], darwin: ['/Library/Google/Chrome/NativeMessagingHosts'] },
    win32: 'SOFTWARE\\Google\\Chrome\\NativeMessagingHosts',
    policies: null,
    installed: {
      linux: ['/usr/bin/opera'],
      darwin: ['/Applications/Opera.app'],
      snap: 'opera',
      flatpak: 'com.opera.Opera',
    },
  },
  {
    browser: 'Firefox',
    flavour: 'firefox',
    linux: '.mozilla/native-messaging-hosts',
    darwin: 'Library/Application Support/Mozilla/NativeMessagingHosts',
    machine: {
      linux: [
        '/usr/lib/mozilla/native-messaging-hosts',
        '/usr/lib64/mozilla/native-messaging-hosts',
        '/usr/share/mozilla/native-messaging-hosts',
      ],
      darwin: ['/Library/Application Support/Mozilla/NativeMessagingHosts'],
    },
    win32: 'SOFTWARE\\Mozilla\\NativeMessagingHosts',
    // Firefox has no policy that forbids native hosts.
    policies: null,
    installed: {
      linux: ['/usr/bin/firefox', '/usr/bin/firefox-esr'],
      darwin: ['/Applications/Firefox.app'],
      snap: 'firefox',
      flatpak: 'org.mozilla.firefox',
    },
  },
];

/** Folder for the launcher that all these manifests name. */
export const LAUNCHER_FOLDER = {
  linux: '.local/share/cardwright',
  darwin: 'Library/Application Support/Cardwright',
} as const;
