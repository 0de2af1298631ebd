import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';

/** The clone's folder. */
export const ROOT = path.resolve(import.meta.dirname, '..', '..', '..');

export const inRepository = (...names: string[]): string => path.join(ROOT, ...names);

/** Returns the time of the checked-out commit, in seconds since 1970. */
export const commitTime = (): number =>
  Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, encoding: 'utf8' }));

/**
 * Returns the SHA-512 in hexadecimal of a folder's sources, as the checked-out commit has them: that of
 * `git -c tar.umask=0022 archive --format=tar COMMIT FOLDER`.
 */
export const sourceDigest = (folder: string): string =>
  createHash('sha512')
    .update(
      execFileSync('git', ['-c', 'tar.umask=0022', 'archive', '--format=tar', 'HEAD', folder], {
        cwd: ROOT,
        maxBuffer: 256 * 1024 * 1024,
      }),
    )
    .digest('hex');
