/** The documents of administrators, whose commands are typed as they stand. */
export type GuideName = 'operate.md' | 'deploy.md';

const BOOTED = 'integration/installers/portal-booted.all';

/**
 * The sections of each document whose commands a test types, by the test's path below `tests/`, without its suffix. The test takes the commands from
 * the document (`TypedGuide`), and fails where it leaves one out.
 */
export const TYPED_IN: Readonly<Record<GuideName, Readonly<Record<string, readonly string[]>>>> = {
  'operate.md': {
    [BOOTED]: [
      'Install',
      'Install by a script',
      'Settings',
      'Help for users',
      'Second factor',
      'Local accounts',
      'When nobody can sign in',
      "Vendors' certificates",
      'PostgreSQL',
      'The keys',
      'Back up',
      'Restore',
      'Upgrade',
      'Several processes behind a proxy',
      'Several processes',
      'Renew the authority',
      'The journal',
    ],
  },
  'deploy.md': { 'integration/installers/fleet.all': ['Linux'] },
};

/** A command that no test types, or not as it stands, with the reason. */
export interface UntypedCommand {
  readonly command: string;
  readonly why: string;
}

const NO_REGISTRY =
  'podman takes its base image from a registry; portal-container.all builds and runs the same file by buildah';
const NO_MACOS = 'no macOS is at hand';

export const NOT_TYPED: Readonly<Record<GuideName, readonly UntypedCommand[]>> = {
  'operate.md': [
    {
      command: 'pass show portal-olga | cardwright-portal init --operator olga --password-file -',
      why: 'pass(1) needs a key ring of its administrator; portal-clean-root.all gives init the password in the same way',
    },
    {
      command: 'npm run package -- portal-deb',
      why: 'product-packages.ts builds the package by the same row of the table',
    },
    ...[
      'podman build --file installers/portal/Containerfile --build-arg VERSION=0.1.0 --tag cardwright-portal dist',
      'podman run --rm -it -v cardwright-keys:/run/cardwright -v cardwright-data:/var/lib/cardwright-portal cardwright-portal init',
      'podman run -d --name portal -p 127.0.0.1:8080:8080 -v cardwright-keys:/run/cardwright:ro -v cardwright-data:/var/lib/cardwright-portal cardwright-portal',
    ].map((command) => ({ command, why: NO_REGISTRY })),
  ],
  'deploy.md': [
    ...[
      'openssl genrsa -out /root/cardwright-extension.pem 2048',
      'export CARDWRIGHT_CRX_KEY=/root/cardwright-extension.pem',
      'export CARDWRIGHT_UPDATE_BASE=https://downloads.example.org/cardwright/',
      'npm run package',
    ].map((command) => ({
      command,
      why: 'it packages everything, which takes minutes; fleet.all makes what it types from a key and an address in the same way',
    })),
    ...['msiexec /i cardwright-host-0.1.0-x64.msi /qn', 'reg import chrome.reg'].map((command) => ({
      command,
      why: 'no Windows is at hand; msi.all and policies/registry-files.all do the same under Wine, with files of their own',
    })),
    ...[
      'sudo mkdir -p /Library/Cardwright',
      'sudo tar -xzf cardwright-host-0.1.0-macos-arm64.tar.gz -C /Library/Cardwright',
      'sudo /Library/Cardwright/cardwright-host-0.1.0-macos-arm64/cardwright-host install --system',
    ].map((command) => ({ command, why: NO_MACOS })),
  ],
};
