import { execFileSync } from 'node:child_process';
import { settleTree } from './settle-tree.js';

export interface TarOptions {
  /** Folder to pack. The modes and times of its files are changed (`settleTree`). */
  readonly from: string;
  /** Path of the `.tar.gz`. */
  readonly file: string;
  /** Time of every entry, in seconds since 1970. */
  readonly epoch: number;
}

/**
 * Writes a `.tar.gz` of a folder, with the same bytes whenever, wherever and by whomever it is made
 * (https://reproducible-builds.org/docs/archives/): sorted names, owned by root, one time for all entries, and neither time nor name
 * in gzip's header.
 */
export function writeTarGz({ from, file, epoch }: TarOptions): void {
  settleTree(from, epoch);
  const same = ['--sort=name', '--owner=root:0', '--group=root:0', `--mtime=@${epoch}`, '--format=ustar'];
  execFileSync('tar', [...same, '--use-compress-program=gzip -n -6', '-cf', file, '-C', from, '.'], {
    // tar sorts by the locale; gzip takes options from its environment.
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
}
