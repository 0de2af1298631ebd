/**
 * Who may import whom, as data: docs/design.md, section 2, tells why. The rule beside this file holds all code to it.
 *
 * @typedef {string} Room a part of a package's `src/`: a file, a folder with all below it (`server/`, unless a longer entry
 *   names a part of that), or `*` for the files of `src/` itself that no other entry names
 */

const PRODUCT = ['protocol', 'sdk', 'extension', 'native-host', 'cms', 'portal', 'virtual-card'];

/**
 * Each folder, and the packages whose public entry its code may import. Only tests may also import the files behind one.
 *
 * @type {Record<string, string[]>}
 */
export const PACKAGES = {
  protocol: [],
  sdk: ['protocol'],
  extension: ['protocol'],
  'native-host': ['protocol'],
  cms: ['protocol'],
  portal: ['cms', 'sdk', 'protocol'],
  'virtual-card': [],
  stage: PRODUCT,
  demo: [...PRODUCT, 'stage'],
  tests: [...PRODUCT, 'stage', 'demo', 'scripts'],
  scripts: [],
};

/**
 * The rooms of a package, the lowest floor first. A room imports from itself and from the floors below, never from a
 * neighbour on its own floor.
 *
 * @type {Record<string, Room[][]>}
 */
export const FLOORS = {
  protocol: [
    ['errors/'],
    ['*'],
    ['commands/'],
    ['commands.ts'],
    ['cms.ts', 'redaction.ts'],
    ['publish/'],
    ['index.ts'],
  ],
  // What needs no screen knows nothing of screens.
  sdk: [['*'], ['elements/'], ['index.ts']],
  extension: [['*'], ['background/', 'content/', 'pages/']],
  'native-host': [
    ['iso7816/', 'x509/', 'kill-this-process.ts'],
    ['pcsc/', 'applets/', 'server/'],
    ['devices/'],
    ['commands/', 'cli/'],
    ['serve-browser.ts'],
    ['main.ts', 'index.ts'],
  ],
  portal: [
    ['server/store/', 'server/language.ts', 'server/rate-limited.ts', 'server/tlv.ts'],
    ['server/accounts/', 'server/audit.ts', 'server/ca/', 'server/quotas/', 'server/reasons.ts'],
    ['server/keys/'],
    ['server/attestation/'],
    ['server/devices/'],
    ['server/operations/'],
    ['server/configuration.ts', 'server/request-guards.ts', 'server/http-errors.ts'],
    ['server/routes/', 'server/running-portal.ts', 'server/security-headers.ts'],
    ['server/commands/', 'server/portal.ts'],
    ['server/main.ts'],
    ['pages/'],
    ['pages/login/', 'pages/my-devices/', 'pages/operator/'],
    ['index.ts'],
  ],
  'virtual-card': [
    ['apdu/', 'vpcd/'],
    ['card/'],
    ['x509/'],
    ['piv-applet/', 'management-applet/', 'otp-applet/'],
    ['*'],
    ['main.ts', 'index.ts'],
  ],
};

/**
 * Files that import upwards all the same, and what. An entry that is not needed any more is reported.
 *
 * @type {Record<string, string[]>}
 */
export const UPWARD = {
  'portal/src/server/store/schema.ts': [
    'portal/src/server/devices/device-state.ts',
    'portal/src/server/devices/device-policy.ts',
    'portal/src/server/keys/puk-choice.ts',
  ],
  'portal/src/server/attestation/vendor-import.ts': ['portal/src/server/devices/device-policy.ts'],
  'portal/src/server/devices/initial-pin.ts': ['portal/src/server/operations/services.ts'],
  'portal/src/server/devices/operator-actions.ts': ['portal/src/server/operations/operation-rows.ts'],
  'portal/src/server/devices/ways-on.ts': ['portal/src/server/operations/operation-rows.ts'],
};
