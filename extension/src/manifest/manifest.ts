import { CHROMIUM_EXTENSION_KEY, FIREFOX_EXTENSION_ID, PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { OLDEST, type BrowserKind } from './browser-kind.js';
import { contentMatches, type Site } from './sites.js';

export const ICON_SIZES = [16, 32, 48, 128] as const;

/** The members of the manifest that both kinds of browser understand and that are used here. */
interface CommonManifest {
  readonly manifest_version: 3;
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly default_locale: string;
  readonly incognito: 'spanning';
  readonly icons: Readonly<Record<string, string>>;
  readonly action: {
    readonly default_title: string;
    readonly default_popup: string;
    readonly default_icon: Readonly<Record<string, string>>;
  };
  readonly options_ui: { readonly page: string; readonly open_in_tab: boolean };
  readonly devtools_page: string;
  readonly content_scripts: readonly {
    readonly matches: readonly string[];
    readonly js: readonly string[];
    readonly run_at: 'document_start';
    readonly all_frames: boolean;
  }[];
  readonly permissions: readonly string[];
  readonly optional_host_permissions: readonly string[];
  readonly content_security_policy: { readonly extension_pages: string };
}

/** The manifest for Chromium, which runs the background as a service worker and derives the extension's id from a key. */
export interface ChromiumManifest extends CommonManifest {
  /** The DER encoding of a public key, in base64. Chromium derives the extension's id from this key. */
  readonly key: string;
  readonly minimum_chrome_version: string;
  readonly background: { readonly service_worker: string; readonly type: 'module' };
  readonly storage: { readonly managed_schema: string };
}

/** The manifest for Firefox, which runs the background as an event page and reads the extension's id from the manifest. */
export interface FirefoxManifest extends CommonManifest {
  readonly background: { readonly scripts: readonly string[]; readonly type: 'module' };
  readonly browser_specific_settings: {
    readonly gecko: {
      readonly id: string;
      readonly strict_min_version: string;
      readonly data_collection_permissions: { readonly required: readonly ['none'] };
    };
  };
}

export interface ManifestOf {
  readonly chromium: ChromiumManifest;
  readonly firefox: FirefoxManifest;
}

const iconsOf = (sizes: readonly number[]): Record<string, string> =>
  Object.fromEntries(sizes.map((size) => [size, `icons/${size}.png`]));

/**
 * Pages that may show a page of the extension in a frame. Chromium's developer tools show the inspector in a frame; a panel of Firefox's
 * developer tools is not a frame.
 */
const ANCESTORS = { chromium: 'devtools:', firefox: "'none'" } as const;

function common(browser: BrowserKind, sites: readonly Site[]): CommonManifest {
  return {
    manifest_version: 3,
    name: '__MSG_extension_name__',
    description: '__MSG_extension_description__',
    version: PRODUCT_VERSION,
    default_locale: 'en',
    incognito: 'spanning',
    icons: iconsOf(ICON_SIZES),
    action: {
      default_title: 'Cardwright',
      default_popup: 'pages/popup.html',
      default_icon: iconsOf([16, 32]),
    },
    options_ui: { page: 'pages/options.html', open_in_tab: true },
    devtools_page: 'pages/devtools.html',
    content_scripts: [
      { matches: contentMatches(browser, sites), js: ['bridge.js'], run_at: 'document_start', all_frames: false },
    ],
    permissions: ['nativeMessaging', 'storage', 'scripting'],
    optional_host_permissions: ['https://*/*'],
    content_security_policy: {
      extension_pages: `script-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors ${ANCESTORS[browser]}`,
    },
  };
}

/**
 * Returns the manifest for each kind of browser.
 *
 * @param sites the only sites that get the content script; if the list is empty, all https sites and the http sites of this computer get the
 *   script
 */
export function manifests(sites: readonly Site[] = []): ManifestOf {
  return {
    chromium: {
      ...common('chromium', sites),
      key: CHROMIUM_EXTENSION_KEY,
      minimum_chrome_version: OLDEST.chromium,
      background: { service_worker: 'background.js', type: 'module' },
      storage: { managed_schema: 'policy-schema.json' },
    },
    firefox: {
      ...common('firefox', sites),
      background: { scripts: ['background.js'], type: 'module' },
      browser_specific_settings: {
        gecko: {
          id: FIREFOX_EXTENSION_ID,
          strict_min_version: `${OLDEST.firefox}.0`,
          data_collection_permissions: { required: ['none'] },
        },
      },
    },
  };
}
