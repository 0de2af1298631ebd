import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BUILT_IN_IDS, ID_LIST_FILE, joinIds, parseExtensionIds, type ExtensionIds } from '@cardwright/native-host';
import * as v from 'valibot';
import { addedIds, PRODUCT_FLEET, type Fleet } from '../fleet.js';
import { templatesOf } from '../policies/templates.js';
import { filesBelow } from '../parts/files-below.js';
import { writeLauncher } from '../parts/launcher.js';
import { pinned } from '../parts/lockfile.js';
import { unpacked } from '../parts/npm-archive.js';
import { commitTime, inRepository } from '../parts/repository.js';
import { isWindows, NODE_PACKAGES, nodeFileOf, type Target } from '../parts/targets.js';
import { writeLicences } from '../parts/third-party.js';

/** What the host's build wrote down of its files. */
const buildRecord = v.looseObject({ files: v.record(v.string(), v.string()) });

const MODE = { program: 0o755, file: 0o644 } as const;

/**
 * Lays out the host for a target in an empty folder. Apart from this folder, the host needs only PC/SC and, on Linux, the `LIBRARIES`. The folder
 * contains:
 * - `cardwright-host`: the launcher (on Windows a program from the MSI);
 * - `node`, or `node.exe`: its own Node.js;
 * - `app/`: the host as it was built, started by `app/main.js`, with the list of the ids that it obeys besides its own;
 * - `app/node_modules/`: the native addons for this target alone, with the few files that load them;
 * - `policies/`: the templates of policies for the fleet;
 * - the licences.
 */
export function layOutHost(target: Target, folder: string, fleet: Fleet = PRODUCT_FLEET): void {
  const node = path.join(folder, nodeFileOf(target));
  copy(path.join(unpacked(NODE_PACKAGES[target]), 'bin', nodeFileOf(target)), node, MODE.program);
  if (!isWindows(target)) writeLauncher(folder);
  layOutApp(path.join(folder, 'app'), fleet);
  for (const { name, files } of addonsOf(target)) {
    for (const file of files) {
      copy(path.join(unpacked(pinned(name)), file), path.join(folder, 'app/node_modules', name, file));
    }
  }
  for (const [name, text] of templatesOf(fleet)) write(path.join(folder, 'policies', name), text);
  writeLicences('host', folder);
}

/**
 * Copies the bundle as it was built, without the first line of `main.js`, by which a system would look for a program to run it. In `build.json` the time is
 * replaced by the time of the commit, so that the same commit gives the same bytes.
 */
function layOutApp(app: string, fleet: Fleet): void {
  const bundle = inRepository('native-host', 'dist', 'bundle');
  for (const file of filesBelow(bundle)) copy(path.join(bundle, file), path.join(app, file));
  // The launcher has the Node.js beside it run the file. With a line that names another one, it would have to be executable.
  const main = path.join(app, 'main.js');
  const program = readFileSync(main, 'utf8').replace(/^#!.*\n/, '');
  write(main, program);
  const record = path.join(app, 'build.json');
  const built = v.parse(buildRecord, JSON.parse(readFileSync(record, 'utf8')));
  const files = { ...built.files, 'main.js': createHash('sha256').update(program).digest('hex') };
  writeFileSync(record, JSON.stringify({ ...built, built: commitTime() * 1_000, files }));
  const ids = addedIds(fleet);
  if (ids.chromium.length + ids.firefox.length > 0) write(path.join(app, ID_LIST_FILE), JSON.stringify(ids));
}

/** A package with the files to ship. */
interface Addon {
  readonly name: string;
  readonly files: readonly string[];
}

/**
 * Lists the files that koffi and node-hid load when the host imports them. Their sources, documentation, and addons for other systems,
 * for musl and for libusb are left out: on Linux the host uses node-hid with hidraw.
 */
function addonsOf(target: Target): Addon[] {
  const hid = target.startsWith('linux-') ? 'HID_hidraw' : 'HID';
  return [
    { name: 'koffi', files: ['package.json', 'index.js', 'src/koffi/index.js', 'src/koffi/src/static.js'] },
    { name: `@koromix/koffi-${target}`, files: ['package.json', 'index.js', `${target.replace('-', '_')}/koffi.node`] },
    {
      name: 'node-hid',
      files: ['package.json', 'nodehid.js', 'binding-options.js', `prebuilds/${hid}-${target}/node-napi-v4.node`],
    },
    { name: 'pkg-prebuilds', files: ['package.json', 'bindings.js', 'lib/prebuild.js'] },
  ];
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: MODE.file });
}

function copy(from: string, to: string, mode: number = MODE.file): void {
  mkdirSync(path.dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, mode);
}

/** Returns all ids that a host obeys, given the folder that `layOutHost` has filled. A host without a list of its own obeys the product's. */
export function idsObeyedBy(folder: string): ExtensionIds {
  const file = path.join(folder, 'app', ID_LIST_FILE);
  const added = existsSync(file) ? parseExtensionIds(JSON.parse(readFileSync(file, 'utf8'))) : null;
  return joinIds(added === null ? [BUILT_IN_IDS] : [BUILT_IN_IDS, added]);
}
