import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';

export const HAS_DPKG = existsSync('/usr/bin/dpkg-query');

/** Returns the installed packages that own a file or the target of its link, as with Debian's alternatives. */
export function ownersOf(file: string): string[] {
  if (!existsSync(file)) return [];
  // The output names one package or several: `gcc: /usr/bin/gcc`, `libc6:amd64, libc6-dev:amd64: /usr/lib/x86_64-linux-gnu`.
  return query('--search', file, realpathSync(file))
    .filter((line) => !line.startsWith('diversion by '))
    .flatMap((line) => line.slice(0, line.lastIndexOf(': ')).split(', '))
    .map((name) => name.replace(/:\w+$/, ''));
}

/** Returns a package and its direct dependencies; nothing if it is not installed. */
export function packageWithDependencies(name: string): Set<string> {
  const words = query('--show', '--showformat=${Package}, ${Pre-Depends}, ${Depends}\n', name).join(' ');
  return new Set([...words.matchAll(/(?<=^|[,|] ?)[a-z\d][a-z\d.+-]+/g)].map(([one]) => one));
}

/** Returns a package's priority, such as `required`. */
export function priorityOf(name: string): string | undefined {
  return query('--show', '--showformat=${Priority}\n', name)[0];
}

/** Returns the output lines of dpkg-query, which exits with 1 if it cannot answer a part. */
function query(...args: readonly string[]): string[] {
  const { stdout } = spawnSync('dpkg-query', args, { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
}
