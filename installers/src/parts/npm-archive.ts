import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './repository.js';
import type { NpmPackage } from './targets.js';

/** Folder in which unpacked archives are kept between runs. */
const CACHE = path.join(ROOT, '.cache', 'npm-archives');

/**
 * Returns the folder of an unpacked npm package. The package may be one for another system, which npm itself would not install here. The folder
 * is kept between runs. The archive is verified only when it is fetched.
 *
 * @throws Error if the registry does not deliver the archive, or delivers one with another integrity
 */
export function unpacked({ name, version, integrity }: NpmPackage): string {
  const folder = path.join(CACHE, `${name.replaceAll('/', '+')}-${version}-${digestOf(integrity)}`);
  if (existsSync(folder)) return path.join(folder, 'package');
  mkdirSync(CACHE, { recursive: true });
  const scratch = mkdtempSync(path.join(CACHE, 'fetching-'));
  try {
    const options = ['--pack-destination', scratch, '--json', '--ignore-scripts'];
    const answer = execFileSync('npm', ['pack', `${name}@${version}`, ...options], { encoding: 'utf8', cwd: scratch });
    const [{ filename }] = JSON.parse(answer) as [{ filename: string }];
    const archive = path.join(scratch, filename);
    const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (found !== integrity) throw new Error(`${name}@${version} is another archive than expected: ${found}`);
    execFileSync('tar', ['-xzf', archive, '-C', scratch, '--no-same-owner']);
    rmSync(archive);
    moveUnlessThere(scratch, folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return path.join(folder, 'package');
}

/**
 * Moves a folder to a place where another process may have put the same content meanwhile. If the place is taken, keeps the content there, and
 * does not move the folder.
 *
 * @throws Error if the folder cannot be moved for another reason
 */
export function moveUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}

/** Returns a hash of an integrity that is short enough for a folder's name. */
const digestOf = (integrity: string): string => createHash('sha256').update(integrity).digest('hex').slice(0, 16);
