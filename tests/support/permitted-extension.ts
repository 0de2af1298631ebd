import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What a user has let the extension do besides what it asks for. */
export interface Permitted {
  readonly permissions?: readonly string[];
  readonly host_permissions?: readonly string[];
}

/**
 * Copies an extension so that it has these permissions from the beginning: no test can press the buttons of the browser's own question.
 *
 * @returns the copy's folder
 */
export function permitting({ permissions = [], host_permissions = [] }: Permitted, from: string, copy: string): string {
  cpSync(from, copy, { recursive: true });
  const file = path.join(copy, 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { permissions: string[] };
  const all = { ...manifest, permissions: [...manifest.permissions, ...permissions], host_permissions };
  writeFileSync(file, JSON.stringify(all));
  return copy;
}
