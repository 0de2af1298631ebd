import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { filesBelow } from './files-below.js';
import { settleTree } from './settle-tree.js';
import { XZ_LEVEL } from './xz-level.js';

const EXECUTABLE = 0o755;
const KIBIBYTE = 1024;

export interface DebOptions {
  /** Folder with the content, laid out as below `/`. Its modes and times are changed (`settleTree`), and the control files are added. */
  readonly root: string;
  /** Fields of the package's control file (deb-control(5)) without `Installed-Size`, in their order. */
  readonly control: Readonly<Record<string, string>>;
  /** Maintainer scripts by their names, such as `prerm`. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** Absolute paths of files that an administrator edits. These files are kept during an upgrade, and until the package is purged. */
  readonly conffiles?: readonly string[];
  /** Path of the `.deb`. */
  readonly file: string;
  /** Time of every file, in seconds since 1970. */
  readonly epoch: number;
}

/** Writes a Debian package, with the same bytes whenever and by whomever it is made. */
export function writeDeb({ root, control, scripts = {}, conffiles = [], file, epoch }: DebOptions): void {
  const files = filesBelow(root);
  const fields = { ...control, 'Installed-Size': String(installedSize(root)) };
  const folder = path.join(root, 'DEBIAN');
  mkdirSync(folder);
  writeFileSync(
    path.join(folder, 'control'),
    Object.entries(fields)
      .map(([name, value]) => `${name}: ${value}\n`)
      .join(''),
  );
  writeFileSync(path.join(folder, 'md5sums'), checksumsOf(root, files));
  if (conffiles.length > 0) writeFileSync(path.join(folder, 'conffiles'), conffiles.map((one) => `${one}\n`).join(''));
  for (const [name, text] of Object.entries(scripts))
    writeFileSync(path.join(folder, name), text, { mode: EXECUTABLE });
  settleTree(root, epoch);
  // Only one thread compresses: several threads would split the data at other positions, which would change the bytes.
  const same = ['--root-owner-group', '-Zxz', `-z${XZ_LEVEL}`, '--threads-max=1'];
  execFileSync('dpkg-deb', [...same, '--build', root, file], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH, LC_ALL: 'C', SOURCE_DATE_EPOCH: String(epoch) },
  });
}

/**
 * Returns the installed size in KiB, as dpkg-gencontrol estimates it (deb-substvars(5), Installed-Size): each file is rounded up by itself; a
 * link and a folder, also the root, count as 1 KiB each.
 */
const installedSize = (root: string): number =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => lstatSync(path.join(root, name)))
    .reduce((sum, entry) => sum + (entry.isFile() ? Math.ceil(entry.size / KIBIBYTE) : 1), 1);

/** Returns the MD5 checksums of all regular files, by which `dpkg --verify` finds changed files. */
const checksumsOf = (root: string, files: readonly string[]): string =>
  files
    .filter((name) => lstatSync(path.join(root, name)).isFile())
    .map(
      (name) =>
        `${createHash('md5')
          .update(readFileSync(path.join(root, name)))
          .digest('hex')}  ${name}\n`,
    )
    .join('');
