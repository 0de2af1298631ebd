import { chmodSync, cpSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pinned } from './lockfile.js';
import { unpacked } from './npm-archive.js';
import { inRepository } from './repository.js';
import { isWindows, NODE_PACKAGES, nodeFileOf, type Target } from './targets.js';

const EXECUTABLE = 0o755;

/**
 * Lays out the host for a target in an empty folder. It needs nothing of the computer but PC/SC:
 * - `node`, or `node.exe`: a Node.js of its own;
 * - `app/`: the host as it was built, started by `app/main.js`;
 * - `app/node_modules/`: the native addons of this target alone.
 */
export function layOutHost(target: Target, folder: string): void {
  const app = path.join(folder, 'app');
  const modules = path.join(app, 'node_modules');
  mkdirSync(modules, { recursive: true });
  const node = path.join(folder, nodeFileOf(target));
  cpSync(path.join(unpacked(NODE_PACKAGES[target]), 'bin', nodeFileOf(target)), node);
  if (!isWindows(target)) chmodSync(node, EXECUTABLE);
  cpSync(inRepository('native-host', 'dist', 'bundle'), app, { recursive: true });
  for (const name of ['koffi', `@koromix/koffi-${target}`]) {
    copyPackage(name, unpacked(pinned(name)), modules, isNeededOfKoffi);
  }
  copyPackage('node-hid', unpacked(pinned('node-hid')), modules, (file) => isNeededOfHid(file, target));
  copyPackage('pkg-prebuilds', unpacked(pinned('pkg-prebuilds')), modules, () => true);
}

/** Its sources and its documentation stay behind. */
const isNeededOfKoffi = (file: string): boolean => !/^(?:src|doc|vendor|lib\/native)\//.test(file);

/** Of its prebuilt addons only those for this target. */
const isNeededOfHid = (file: string, target: Target): boolean =>
  !/^(?:src|hidapi|prebuilds)\//.test(file) || new RegExp(`^prebuilds/HID(?:_hidraw)?-${target}/`).test(file);

function copyPackage(name: string, from: string, modules: string, isNeeded: (file: string) => boolean): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.relative(from, path.join(entry.parentPath, entry.name));
    if (isNeeded(file)) cpSync(path.join(from, file), path.join(modules, name, file));
  }
}
