/** The words of one setting for administrators. */
export interface SettingWords {
  readonly title: string;
  readonly description?: string;
}

/** The words of the extension's policies for administrators, in its managed schema and in templates. */
export const words = {
  fileTitle: 'Cardwright',
  fileDescription: 'Settings of the Cardwright browser extension',
  category: 'Cardwright',
  /** Sentence that names the oldest version of a browser that supports all settings. */
  supportedOn: (browser: string, oldest: number) => `${browser} ${oldest} or later`,
  example: 'Example:',
  /** Explanation of the two columns of a list with names. */
  namedList: 'The name is the site, the value is JSON as in the example.',
  /** Explanation of a text that is JSON. */
  json: 'Enter JSON as in the example, on one line or several.',
  /** Words of the settings, by their path in the managed schema. */
  settings: {
    inspectorPanel: {
      title: 'Whether the developer tools have the protocol inspector',
      description: 'true adds its panel, false forbids it; without it the user decides.',
    },
    allowedSites: {
      title: 'Sites that may use the devices, without asking the user',
      description: 'Origin of the site, and the classes of commands it is granted: read, use, manage.',
    },
    blockedSites: {
      title: 'Sites that may not',
      description: 'Origins; * blocks every site that allowedSites does not name.',
    },
    siteKeys: {
      title: "Keys of the sites' credential management systems",
      description: "Origin of the site, and its JWK set; without it the site's /.well-known/cardwright is read.",
    },
    foreignRelyingParties: {
      title: 'Other relying parties for which a site may have passkeys registered',
      description:
        'Origin of the site, and for each relying party its origin, such as https://login.microsoft.com, and optionally the path at which a window opens there. Without an entry, a site has passkeys registered for itself alone.',
    },
    'foreignRelyingParties.origin': { title: 'Origin of the relying party; its domain name is the RP id' },
    'foreignRelyingParties.path': { title: 'Path of a page there that does not redirect; / without it' },
    support: {
      title: 'Help desk that the extension shows beside errors',
      description: 'What is not valid is left out: addresses are https.',
    },
    'support.name': { title: 'Name, such as IT Service Desk' },
    'support.phone': { title: 'Phone number' },
    'support.email': { title: 'E-mail address' },
    'support.url': { title: 'Page of the help desk' },
    'support.extension': { title: 'Where users get the extension' },
    'support.windows': { title: 'Where users get Cardwright for Windows' },
    'support.macos': { title: 'Where users get Cardwright for macOS' },
    'support.linux': { title: 'Where users get Cardwright for Linux' },
    allowedDevices: {
      title: 'Models of devices that may be used',
      description:
        'Models as device policies name them: yubikey, compatible, piv, fido2. Without it, all; a device of another model is shown and cannot be opened.',
    },
    pinRules: {
      title: 'Rules for new PINs, besides those of site and device',
      description: "The stricter rule holds. They apply to PINs that a user chooses in the extension's windows.",
    },
    'pinRules.minLength': { title: 'Fewest characters of a PIV PIN, 4 to 8' },
    'pinRules.fidoMinLength': { title: 'Fewest characters of a FIDO PIN, 4 to 63' },
    'pinRules.digitsOnly': { title: 'Whether a PIV PIN must be digits alone' },
    'pinRules.forbidTrivial': { title: 'Whether one repeated character, and runs such as 123456, are refused' },
    minimumExtensionVersion: {
      title: 'Oldest version of the extension that may be used',
      description: 'Such as 1.2.0. Users of an older one are told where to get a newer one.',
    },
    minimumHostVersion: {
      title: 'Oldest version of the host that may be used',
      description: 'Such as 1.2.0. Users of an older one are told where to get a newer one.',
    },
    logLevel: {
      title: "What the host's log keeps",
      description: "Lines of this level and of those before it. The host's own file of the computer comes first.",
    },
    locale: { title: "Language of the extension's windows", description: "Without it, the browser's." },
  },
};
