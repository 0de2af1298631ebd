import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** The clone's folder. */
export const ROOT = path.resolve(import.meta.dirname, '..', '..', '..');

export const inRepository = (...names: string[]): string => path.join(ROOT, ...names);

/** Returns the time of the checked-out commit, in seconds since 1970. */
export const commitTime = (): number =>
  Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, encoding: 'utf8' }));
