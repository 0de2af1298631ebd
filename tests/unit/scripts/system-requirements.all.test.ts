import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { fileOf, importsIn } from '../../../scripts/lint/import-graph.mjs';
import { THOROUGH_FILE } from '../../../scripts/thorough.mjs';
import { inRepository } from '../../../stage/src/repository.js';
import { HAS_DPKG, ownersOf, packageWithDependencies, priorityOf } from '../../support/system/dpkg.js';
import { literalsIn } from '../../support/system/literals.js';
import { modulesIn, modulesInLiterals } from '../../support/system/python-imports.js';
import { readRequirements, type Purpose } from '../../support/system/requirements.js';
import { startedPrograms } from '../../support/system/started-programs.js';

/** Programs that docs/try.md demands besides Debian. */
const GIVEN = ['git', 'node', 'npm'];

/** Programs of every Debian, however small: their packages have the priority "required", as a test below checks by dpkg. */
const OF_EVERY_DEBIAN = [
  ...[
    'apt-get',
    'cat',
    'chmod',
    'cp',
    'diff',
    'dpkg-query',
    'find',
    'flock',
    'gzip',
    'md5sum',
    'mkfifo',
    'mount',
    'nsenter',
    'setpriv',
  ],
  ...['sh', 'sha256sum', 'stat', 'tar', 'umount', 'unshare'],
];

/** Programs that may be missing, with the consequence. */
const OPTIONAL: Readonly<Record<string, string>> = {
  buildah: 'the container test is skipped, with the reason',
  sudo: 'an ordinary user is told what to install as root',
  'systemd-creds': 'only a portal whose keys are encrypted by it needs it, and says so',
  wine: 'the tests in a Windows are skipped, with the reason',
  wineserver: 'belongs to wine',
};

/** Programs whose names are only known at run time, by the place that starts them. */
const NAMED_BY_A_RUN: Readonly<Record<string, string>> = {
  'native-host/src/system/system.ts: fileOf(program)':
    'what the host asks of the computers of others; it may be missing',
  'scripts/build-packages.mjs: await compilerPath()': 'the TypeScript compiler in node_modules',
  'scripts/system-packages.mjs: ...apt': 'apt-get, through env and sudo',
  "stage/src/private-postgres.ts: path.join(binaries(), 'initdb')": 'in the folder of the package postgresql',
  "stage/src/private-postgres.ts: path.join(binaries(), 'postgres')": 'in the folder of the package postgresql',
  'stage/src/shared/chromium.ts: program': 'as stage/src/browser.ts names it',
  'tests/integration/installers/host-folder.all.test.ts: program': 'a packaged host',
  'tests/integration/installers/portal-folder.all.test.ts: node': 'the Node.js of a packaged portal',
  'tests/integration/installers/sbom.all.test.ts: program': 'the Node.js of a packaged host',
  'tests/integration/keys/fuzz.all.test.ts: nodeOf(version)': 'each Node.js that the set-up keeps',
  'tests/integration/portal/init.test.ts: node': 'Node.js',
  'tests/integration/protocol/sample-cms.ts: PYTHON': "the system's Python, as python.ts beside it names it",
  'tests/integration/virtual-card/stage.ts: FIDO_CLIENT': 'a Python program beside it',
  'tests/support/clean-root.ts: program': 'unshare, for what is in a root of its own',
  'tests/support/host-process.ts: program': 'a host, as a manifest names it',
  'tests/support/windows/bridge.mjs: program': 'started within wine',
  'tests/unit/native-host/cli/install.test.ts: target.launcher': 'a launcher that the host has written',
};

/**
 * Paths that need not exist: those that Cardwright installs, and those where it looks on other computers. A path that ends with a
 * slash stands for a folder with all below it, one that ends with a hyphen for all that begin so.
 */
const PLACES = [
  ...['/etc/cardwright/', '/etc/cardwright-', '/opt/cardwright/', '/usr/bin/cardwright-', '/usr/lib/cardwright-'],
  ...[
    '/usr/lib/systemd/system/',
    '/usr/share/doc/cardwright-',
    '/usr/share/licenses/',
    '/usr/share/man/man1/cardwright-',
    '/usr/share/man/man8/cardwright-',
  ],
  ...[
    '/etc/chromium/',
    '/etc/firefox/',
    '/etc/opt/',
    '/usr/lib/mozilla/',
    '/usr/lib64/mozilla/',
    '/usr/share/mozilla/',
  ],
  // In a clean root, where the packages of the test are installed.
  ...['/etc/hosts', '/etc/nginx/', '/etc/postgresql/', '/etc/reader.conf.d/', '/etc/ssl/', '/etc/systemd/system/'],
  // On a computer that a test invents.
  ...[
    '/etc/work.secret',
    '/opt/host/main.js',
    '/opt/other/host',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/lib/libpcsclite.so.1',
  ],
  '/usr/lib/pcsc/drivers/ifd-ccid.bundle/',
  // In every Debian.
  ...['/etc/os-release', '/etc/passwd'],
];

/** Folders of Debian's commands. The second is not always on the PATH. */
const FOLDERS = ['/usr/bin', '/usr/sbin'];

const TABLE = 'scripts/system-requirements.mjs';
/** Files that name paths of no computer. */
const ABOUT_THIS = ['system-requirements.all', 'started-programs'].map((name) => `tests/unit/scripts/${name}.test.ts`);
const requirements = readRequirements();

const sources = new Map(
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.mjs', '*.js', '*.py'], {
    cwd: inRepository(),
    encoding: 'utf8',
  })
    .trim()
    .split('\n')
    .filter((file) => file !== TABLE && !ABOUT_THIS.includes(file) && existsSync(inRepository(file)))
    .map((file) => [file, readFileSync(inRepository(file), 'utf8')]),
);
const ofNode = new Map([...sources].filter(([file]) => !file.endsWith('.py')));

/** Parts of the stage that only tests use. */
const FOR_TESTS = ['stage/src/firefox/', 'stage/src/private-postgres.ts', 'stage/src/shared/'];

/** Files of tests that `npm test` runs, and those of `tests/` that they import, over any number of steps. */
const inNpmTest = new Set<string>();
const toFollow = [...sources.keys()].filter((file) => file.endsWith('.test.ts') && !file.endsWith(THOROUGH_FILE));
for (let file = toFollow.pop(); file !== undefined; file = toFollow.pop()) {
  if (inNpmTest.has(file) || !file.startsWith('tests/')) continue;
  inNpmTest.add(file);
  const imported = importsIn(sources.get(file) ?? '').map(({ specifier }) => fileOf(inRepository(file), specifier));
  toFollow.push(...imported.filter((one) => one !== undefined).map((one) => path.relative(inRepository(), one)));
}

/** Returns the purpose for which the machine is prepared when this source runs. */
function purposeOf(file: string): Purpose {
  const [folder = ''] = file.split('/');
  if (inNpmTest.has(file)) return 'test';
  if (folder === 'tests') return 'test-all';
  // The demo only uses Chromium, and no PostgreSQL.
  if (FOR_TESTS.some((part) => file.startsWith(part))) return 'test';
  return folder === 'installers' ? 'package' : 'demo';
}

const commandsFor = (purpose: Purpose): string[] => requirements[purpose].flatMap(({ commands }) => commands);
const filesFor = (purpose: Purpose): string[] => requirements[purpose].flatMap(({ files }) => files);

function isProvided(program: string, purpose: Purpose): boolean {
  return [...GIVEN, ...OF_EVERY_DEBIAN, ...Object.keys(OPTIONAL), ...commandsFor(purpose)].includes(program);
}

/** Returns the Python module of a file. */
const moduleAt = (file: string): string | undefined => /dist-packages\/(\w+)\/__init__\.py$/.exec(file)?.[1];

/** Returns the command of the system at a path; undefined for another path. */
const commandAt = (file: string): string | undefined => /^(?:\/usr)?(?:\/local)?\/s?bin\/([^/]+)$/.exec(file)?.[1];

const isAt = (place: string, file: string): boolean =>
  /[/-]$/.test(place) ? `${file}/`.startsWith(place) : file === place;

function isPathProvided(file: string, purpose: Purpose): boolean {
  const command = commandAt(file);
  return (
    (command !== undefined && isProvided(command, purpose)) ||
    filesFor(purpose).some((known) => file === known || file.startsWith(`${known}/`)) ||
    PLACES.some((place) => isAt(place, file))
  );
}

/** A path below the folders that every system has. */
const PATH_OF_SYSTEM = /^\/(?:usr\/\w+|etc|lib\w*|s?bin|opt)\/[^:\s]+$/;

const started = startedPrograms(ofNode).filter(({ program }) => program === null || !/^[^/].*\//.test(program));
const paths = [...ofNode].flatMap(([file, text]) =>
  // The host looks for other software on users' computers.
  !file.startsWith('native-host/src/') && /\/(?:usr|etc|lib|bin|sbin|opt)\//.test(text)
    ? literalsIn(text)
        .filter((literal) => PATH_OF_SYSTEM.test(literal))
        .map((literal) => ({ file, literal }))
    : [],
);

describe('the list of system packages', () => {
  it('has every started program, or it may be missing', () => {
    const missing = started.filter(
      ({ file, program }) => program !== null && !isProvided(commandAt(program) ?? program, purposeOf(file)),
    );
    expect(missing).toEqual([]);
    expect(started.length).toBeGreaterThan(100);
  });

  it('has every program whose name is only known at run time, except known ones', () => {
    const places = started.filter(({ program }) => program === null).map(({ file, written }) => `${file}: ${written}`);
    expect([...new Set(places)].sort()).toEqual(Object.keys(NAMED_BY_A_RUN).sort());
  });

  it('has every path of the system that a source names, except places that may be empty', () => {
    expect(paths.filter(({ file, literal }) => !isPathProvided(literal, purposeOf(file)))).toEqual([]);
    expect(paths.length).toBeGreaterThan(50);
  });

  it('has every library that is loaded by its name', () => {
    const known = new Set(filesFor('demo').map((file) => path.basename(file)));
    const loaded = [...ofNode]
      // Lists of the libraries of packaged programs, which their own packages demand.
      .filter(([file, text]) => !file.includes('installers/') && text.includes('.so'))
      .flatMap(([, text]) => literalsIn(text).filter((literal) => /^[\w-]+\.so(?:\.\d+)*$/.test(literal)))
      .filter((name) => !existsSync(inRepository('stage', name.replace(/\.so$/, '.c'))));
    expect(loaded).not.toEqual([]);
    expect(loaded.filter((name) => !known.has(name))).toEqual([]);
  });

  it('has every module that a Python program imports', () => {
    const standard = execFileSync('/usr/bin/python3', ['-c', 'import sys; print(*sys.stdlib_module_names)'], {
      encoding: 'utf8',
    });
    const known = new Set([...standard.trim().split(' '), ...filesFor('test-all').map(moduleAt)]);
    const own = new Set(
      [...sources.keys()].filter((file) => file.endsWith('.py')).map((file) => path.basename(file, '.py')),
    );
    const imported = [...sources].flatMap(([file, text]) => {
      const names = file.endsWith('.py') ? modulesIn(text) : modulesInLiterals(text);
      return names.filter((name) => !own.has(name)).map((name) => ({ file, name }));
    });
    expect(imported.filter(({ name }) => !known.has(name))).toEqual([]);
    expect(imported.map(({ name }) => name)).toEqual(expect.arrayContaining(['fido2', 'jwcrypto', 'smartcard']));
  });

  it('excuses no path that no source names', () => {
    expect(PLACES.filter((place) => !paths.some(({ literal }) => isAt(place, literal)))).toEqual([]);
  });

  it('is the list in docs/try.md', () => {
    const [, section = ''] =
      /^- These system packages:\n(.*?)\n\n/ms.exec(readFileSync(inRepository('docs', 'try.md'), 'utf8')) ?? [];
    const named = [...section.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    const packages = named.filter((name) => !name?.startsWith('npm '));
    expect(packages).toEqual(requirements['test-all'].map((requirement) => requirement.package));
  });

  it('has no program that nothing starts', () => {
    const used = new Set([
      ...started.map(({ program }) => (program === null ? null : (commandAt(program) ?? program))),
      ...paths.map(({ literal }) => commandAt(literal)),
    ]);
    expect(commandsFor('test-all').filter((command) => !used.has(command))).toEqual([]);
  });
});

(HAS_DPKG ? describe : describe.skip)('dpkg', () => {
  it.each(requirements['test-all'])(
    'has in the package $package the parts that are used',
    ({ package: name, commands, files }) => {
      const packages = packageWithDependencies(name);
      const belongs = (file: string): boolean => ownersOf(file).some((owner) => packages.has(owner));
      expect(commands.filter((command) => !FOLDERS.some((folder) => belongs(`${folder}/${command}`)))).toEqual([]);
      expect(files.length === 0 || files.some(belongs)).toBe(true);
    },
  );

  it.each(OF_EVERY_DEBIAN)('has %s in a required package', (command) => {
    const owners = FOLDERS.flatMap((folder) => ownersOf(`${folder}/${command}`));
    expect(owners.map(priorityOf)).toContain('required');
  });
});
