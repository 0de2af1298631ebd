/** The places where one browser looks for manifests and policies, and where it is installed. */
export interface BrowserLocation {
  readonly browser: string;
  readonly flavour: ManifestFlavour;
  /** Folders of the user's manifests on Linux and macOS, below the home folder. */
  readonly linux: string;
  readonly darwin: string;
  /** Folders of the manifests for all users. */
  readonly machine: { readonly linux: readonly string[]; readonly darwin: readonly string[] };
  /** Registry key below `HKCU\` and `HKLM\`. Its subkey with the host's name has the path of the manifest as its default value. */
  readonly win32: string;
  /**
   * Places of the administrator's policies on native hosts: folders of JSON files, a preference domain, and a registry key below `HKLM\`; null if the
   * browser is not known to have such policies.
   */
  readonly policies: {
    readonly linux: readonly string[];
    readonly darwin: string;
    readonly win32: string;
  } | null;
  /** Files, and ids of packages, that show that the browser is installed. */
  readonly installed: {
    readonly linux: readonly string[];
    readonly darwin: readonly string[];
    readonly snap: string | null;
    readonly flatpak: string | null;
  };
}

/** Kind of a manifest. A manifest for Chromium lists extensions by their origins, one for Firefox by their ids. */
export type ManifestFlavour = 'chromium' | 'firefox';

/** Folder of manifests below a Chromium user data folder. With `--user-data-dir`, the browser searches no other folder of the user. */
export const CHROMIUM_HOSTS_FOLDER = 'NativeMessagingHosts';

/** Folder of manifests below the data folder of a Firefox-based browser. */
export const FIREFOX_HOSTS_FOLDER = { linux: 'native-messaging-hosts', darwin: 'NativeMessagingHosts' } as const;

const CHROME_OF_COMPUTER = '/etc/opt/chrome/native-messaging-hosts';

/**
 * Places of all supported browsers. Sources: developer.chrome.com, "Native messaging", MDN, "Native manifests", and Microsoft's "Native
 * messaging", for Chrome, Chromium, Firefox and Edge. The places of the other browsers come from traces of the files that they open: Brave and
 * Vivaldi use Chrome's folder for all users, and Opera uses all of Chrome's folders.
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

/**
 * Folder of the user's launcher, below the home folder. The manifests of all the user's browsers name this launcher; only a Chromium profile
 * (`--user-data-dir`) has a launcher of its own.
 */
export const LAUNCHER_FOLDER = {
  linux: '.local/share/cardwright',
  darwin: 'Library/Application Support/Cardwright',
} as const;
