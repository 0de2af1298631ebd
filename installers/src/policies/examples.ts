/** Placeholder for an administrator's own system. RFC 2606, 3, keeps this domain for examples, so no template works unedited. */
const SITE = 'https://cms.example.com';

/** Addresses of the extension's packages. Mozilla signs the zip for Firefox that `npm run package` makes; the result is the `.xpi`. */
export const DOWNLOADS = {
  /** The update manifest that names the signed `.crx`. */
  chromium: `${SITE}/cardwright/update.xml`,
  firefox: `${SITE}/cardwright/cardwright-firefox.xpi`,
} as const;

/** One example value for each setting. */
export const EXAMPLES: Readonly<Record<string, unknown>> = {
  inspectorPanel: false,
  allowedSites: { [SITE]: ['read', 'use', 'manage'] },
  blockedSites: ['*'],
  siteKeys: {
    [SITE]: { keys: [{ kty: 'EC', crv: 'P-256', x: 'BASE64URL', y: 'BASE64URL', kid: 'KEY-ID', use: 'sig' }] },
  },
  foreignRelyingParties: { [SITE]: [{ origin: 'https://login.microsoft.com', path: '/' }] },
  support: {
    name: 'IT Service Desk',
    phone: '+1 555 0100',
    email: 'help@example.com',
    url: 'https://help.example.com',
    extension: `${SITE}/cardwright/`,
    windows: `${SITE}/cardwright/cardwright-host.msi`,
    macos: `${SITE}/cardwright/cardwright-host-macos.tar.gz`,
    linux: `${SITE}/cardwright/cardwright-host.deb`,
  },
  allowedDevices: ['yubikey'],
  pinRules: { minLength: 6, fidoMinLength: 6, digitsOnly: true, forbidTrivial: true },
  minimumExtensionVersion: '1.0.0',
  minimumHostVersion: '1.0.0',
  logLevel: 'warn',
  locale: 'en',
};

/** Names of the settings in a template. The administrator chooses all other settings. */
const SET_BY_TEMPLATES: readonly string[] = ['allowedSites', 'support'];

/** The settings that a template sets. */
export const TEMPLATE_SETTINGS = Object.fromEntries(
  Object.entries(EXAMPLES).filter(([name]) => SET_BY_TEMPLATES.includes(name)),
);

/** The other settings, which a template may show but does not set. */
export const OTHER_SETTINGS = Object.fromEntries(
  Object.entries(EXAMPLES).filter(([name]) => !SET_BY_TEMPLATES.includes(name)),
);
