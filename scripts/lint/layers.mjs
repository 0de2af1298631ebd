import { otherLanguages } from '../languages.mjs';

/**
 * Who may import whom, as data; docs/architecture.md explains it. The rule beside this file enforces it.
 *
 * @typedef {string} Room a part of a package's `src/`: a file, a folder with all below it (`server/`, unless a longer entry
 *   names a part of that), `*` for the files of `src/` itself that no other entry names, or `**` for each folder of `src/` that no
 *   other entry names; each of these is a room of its own
 */

const PRODUCT = ['words', 'protocol', 'sdk', 'extension', 'native-host', 'cms', 'portal', 'virtual-card'];

/**
 * Each folder, and the packages whose public entry its code may import. Only tests may also import the files behind an entry.
 *
 * @type {Record<string, string[]>}
 */
export const PACKAGES = {
  words: [],
  protocol: ['words'],
  sdk: ['protocol', 'words'],
  extension: ['protocol', 'words'],
  'native-host': ['protocol', 'words'],
  cms: ['protocol', 'words'],
  portal: ['cms', 'sdk', 'protocol', 'words'],
  'virtual-card': [],
  stage: PRODUCT,
  demo: [...PRODUCT, 'stage'],
  simulator: ['protocol', 'native-host', 'stage'],
  installers: ['protocol', 'native-host', 'words'],
  tests: [...PRODUCT, 'stage', 'demo', 'simulator', 'installers', 'scripts'],
  // scripts/test.mjs uses the stage's keeper of the parts that tests share.
  scripts: ['stage'],
};

/** Entries of packages that only tests import, so that nothing else ships them. */
export const FOR_TESTS = ['@cardwright/cms/store-suite'];

/**
 * The rooms of a package, the lowest floor first. A room imports from itself and from the floors below, never from a
 * neighbour on its own floor.
 *
 * @type {Record<string, Room[][]>}
 */
export const FLOORS = {
  words: [['*'], ['en/'], otherLanguages().map((language) => `${language}/`), ['on-demand/', 'at-once/'], ['index.ts']],
  protocol: [
    ['errors/'],
    ['*'],
    ['commands/', 'settings/'],
    ['page-commands.ts'],
    ['commands.ts'],
    ['cms.ts', 'command-errors.ts', 'redaction.ts', 'step-methods.ts', 'support-bundle.ts', 'trace-shapes.ts'],
    ['publish/'],
    ['index.ts', 'entries/'],
  ],
  // The entry without screens does not import them.
  sdk: [['*'], ['index.ts'], ['elements/'], ['elements.ts']],
  extension: [['*'], ['policy/'], ['background/', 'content/', 'pages/', 'manifest/']],
  'native-host': [
    ['iso7816/', 'x509/', 'system/', 'kill-this-process.ts', 'clock.ts'],
    ['pcsc/', 'hid/', 'server/', 'browsers/', 'logs/'],
    ['applets/'],
    ['trace/', 'policies/'],
    ['devices/'],
    ['checks/'],
    ['commands/', 'cli/'],
    ['host.ts'],
    ['browser-session.ts'],
    ['serve-browser.ts'],
    ['main.ts', 'index.ts', 'in-process.ts'],
  ],
  cms: [
    ['words/', 'keys/', 'audit-event.ts', 'deadline.ts'],
    ['attestation/', 'authority/', 'rules/'],
    ['store/'],
    ['policies/', 'passkeys/', 'notices/'],
    ['devices/'],
    ['operations/'],
    ['card-secrets/'],
    // Any other folder is an operation, and knows no other operation.
    ['**'],
    ['issue/', 'actions/'],
    // What an issuance makes, made once more for an active device; and a renewal with a change of the PIN.
    ['add-passkey/', 'update/'],
    ['standard-operations.ts'],
    ['cms.ts'],
    ['http.ts'],
    // The suite is an entry of its own: what a CMS imports has nothing of it.
    ['index.ts', 'entries/', 'store-suite/'],
    ['store-suite.ts'],
  ],
  portal: [
    [
      'server/portal-folder.ts',
      'server/is-alive.ts',
      'server/last-backup.ts',
      'server/replace-file.ts',
      'server/service-user.ts',
      'server/cookies.ts',
      'server/access.ts',
      'server/generated-list.ts',
      'server/rights.ts',
      'server/accounts/independence.ts',
    ],
    ['server/log/', 'server/build-version.ts', 'server/certificates/', 'server/findings/'],
    ['server/work/'],
    ['server/store/', 'server/passkeys/', 'server/mobile/scep/', 'server/mobile/profiles/'],
    ['server/audit.ts'],
    ['server/accounts/', 'server/ca/'],
    ['server/keys/'],
    ['server/attestation/', 'server/login/', 'server/mobile/', 'server/policies/'],
    ['server/health/'],
    ['server/devices/', 'server/services.ts'],
    ['server/settings/', 'server/requests/', 'server/html.ts'],
    ['server/monitor/'],
    ['server/routes/', 'server/control/', 'server/open-mobile.ts'],
    ['server/features/'],
    ['features/expiry-dates/', 'features/support-files/'],
    ['features/list.ts', 'server/running-portal.ts'],
    ['server/start/'],
    ['server/commands/', 'server/portal.ts'],
    ['server/command-line/'],
    ['server/main.ts'],
    ['pages/'],
    ['features/expiry-dates/pages/', 'features/support-files/pages/'],
    ['features/pages.ts'],
    ['pages/login/', 'pages/password/', 'pages/my-devices/', 'pages/operator/', 'pages/account/'],
    ['index.ts'],
  ],
  installers: [
    ['fleet.ts'],
    ['package.ts', 'parts/'],
    ['policies/'],
    ['packages/'],
    ['packages.ts'],
    ['main.ts', 'index.ts'],
  ],
  'virtual-card': [
    ['apdu/', 'card-in-reader.ts'],
    ['card/'],
    ['x509/'],
    ['piv-applet/', 'management-applet/', 'otp-applet/', 'fido2-applet/', 'vpcd/'],
    ['*'],
    ['main.ts', 'index.ts'],
  ],
};
