import { readFileSync } from 'node:fs';
import { buildVersion } from '@cardwright/protocol/identity';
import { inRepository } from '@cardwright/stage';

/** Returns the version of this clone's build with its commit, which the installed programs print too. */
export function builtVersion(program: 'native-host' | 'portal'): string {
  const record = JSON.parse(readFileSync(inRepository(program, 'dist', 'bundle', 'build.json'), 'utf8')) as {
    readonly commit?: string;
  };
  return buildVersion(record.commit);
}
