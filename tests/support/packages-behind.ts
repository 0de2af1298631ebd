import { readFileSync } from 'node:fs';
import { inRepository } from '@cardwright/stage';

const SCOPE = '@cardwright/';

/** Lists the packages of this repository that one needs, itself among them, by their folders. */
export function packagesBehind(folder: string, known = new Set<string>()): readonly string[] {
  if (known.has(folder)) return [];
  known.add(folder);
  const { dependencies = {} } = JSON.parse(readFileSync(inRepository(folder, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(dependencies))
    if (name.startsWith(SCOPE)) packagesBehind(name.slice(SCOPE.length), known);
  return [...known].toSorted();
}
