import { spawnSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Package, PackagingContext } from '../package.js';
import { layOutHost } from './host-folder.js';
import { settleTree } from '../parts/settle-tree.js';
import { compileLauncher } from './host-msi/launcher-exe.js';
import { LAUNCHER, writeManifests } from './host-msi/manifests.js';
import { securePropertiesStatement, wixSource } from './host-msi/source.js';

/**
 * The host for Windows, installed for the whole computer. Two builds of one commit differ only in the MSI's summary, into which wixl writes the
 * time and a new package code.
 */
export const hostMsi: Package = {
  name: 'host-msi',
  build(context) {
    const folder = context.scratch('host-msi');
    layOutHost('win32-x64', folder, context.fleet);
    const scratch = context.scratch('host-msi-source');
    addWindowsFiles(folder, context.version, scratch);
    const file = path.join(context.output, `cardwright-host-${context.version}-x64.msi`);
    buildMsi({ folder, file, version: context.version, epoch: context.epoch, scratch });
  },
};

/** Adds the files that the host needs only on Windows: the launcher, and the files that browsers read. `scratch` is an empty folder. */
export function addWindowsFiles(folder: string, version: string, scratch: string): void {
  compileLauncher(path.join(folder, LAUNCHER), version, scratch);
  writeManifests(folder);
  // The licence gets an extension, because Windows has no program to open a file without an extension.
  renameSync(path.join(folder, 'LICENSE'), path.join(folder, 'LICENSE.txt'));
}

export interface MsiOptions extends Pick<PackagingContext, 'version' | 'epoch'> {
  /** Folder whose whole content is installed. The modes and times of its files are changed (`settleTree`). */
  readonly folder: string;
  /** Path of the MSI. */
  readonly file: string;
  /** Folder for the WiX source. */
  readonly scratch: string;
}

/**
 * Makes an MSI of a folder.
 *
 * @throws Error if a tool is missing or complains, or if Windows Installer cannot compare the version
 */
export function buildMsi({ folder, file, version, epoch, scratch }: MsiOptions): void {
  if (!/^\d{1,3}\.\d{1,3}\.\d{1,5}$/.test(version)) throw new Error(`An MSI has no version such as ${version}`);
  settleTree(folder, epoch);
  const source = path.join(scratch, 'host.wxs');
  writeFileSync(source, wixSource(folder, version));
  run('wixl', ['--arch', 'x64', '--output', file, source]);
  run('msibuild', [file, '-q', securePropertiesStatement()]);
}

/** Runs a program, and treats any error output as a failure: wixl skips what it does not understand, reports it, and ends with 0. */
function run(program: string, args: readonly string[]): void {
  const { error, status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0 || stderr !== '') throw new Error(`${program} failed: ${stderr}`);
}
