import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';

export const HAS_DPKG = existsSync('/usr/bin/dpkg-query');

/** Which installed packages have a file, or what it is a link to, as Debian's alternatives are. */
export function ownersOf(file: string): string[] {
  if (!existsSync(file)) return [];
  // One package or several: `gcc: /usr/bin/gcc`, `libc6:amd64, libc6-dev:amd64: /usr/lib/x86_64-linux-gnu`.
  return query('--search', file, realpathSync(file))
    .filter((line) => !line.startsWith('diversion by '))
    .flatMap((line) => line.slice(0, line.lastIndexOf(': ')).split(', '))
    .map((name) => name.replace(/:\w+$/, ''));
}

/** A package, and those on which it depends itself; nothing where it is not installed. */
export function packageWithDependencies(name: string): Set<string> {
  const words = query('--show', '--showformat=${Package}, ${Pre-Depends}, ${Depends}\n', name).join(' ');
  return new Set([...words.matchAll(/(?<=^|[,|] ?)[a-z\d][a-z\d.+-]+/g)].map(([one]) => one));
}

/** Such as `required`. */
export function priorityOf(name: string): string | undefined {
  return query('--show', '--showformat=${Priority}\n', name)[0];
}

/** Lines that dpkg-query prints; it ends with 1 where it has no answer to a part of the question. */
function query(...args: readonly string[]): string[] {
  const { stdout } = spawnSync('dpkg-query', args, { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
}
