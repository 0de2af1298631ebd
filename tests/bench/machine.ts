import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { inRepository } from '@cardwright/stage';

const POSTGRES = '/usr/lib/postgresql';

/** Describes the machine, the versions of what runs on it, and the commit: a line each. */
export function describeMachine(): string[] {
  const processors = cpus();
  const change = git('status', '--porcelain') === '' ? '' : ', with changes';
  const chromium = versionOf('chromium');
  const postgres = versionOf(path.join(POSTGRES, newestIn(POSTGRES), 'bin', 'postgres'));
  return [
    `Processor: ${processors[0]?.model.trim() ?? 'unknown'}, ${processors.length} cores.`,
    `Versions: Node ${process.versions.node}, Chromium ${chromium}, PostgreSQL ${postgres}.`,
    `Commit: ${git('rev-parse', '--short', 'HEAD')}${change}.`,
  ];
}

const git = (...args: readonly string[]): string => run('git', '-C', inRepository(), ...args);

/** Debian has a folder for each major version, outside the PATH. */
const newestIn = (folder: string): string => readdirSync(folder).sort((a, b) => Number(b) - Number(a))[0] ?? '';

const versionOf = (program: string): string => /[\d.]+/.exec(run(program, '--version'))?.[0] ?? 'unknown';

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
