import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Permissions that a user has granted the extension beyond the required ones. */
export interface Permitted {
  readonly permissions?: readonly string[];
  readonly host_permissions?: readonly string[];
}

/**
 * Copies an extension with these permissions granted from the start: tests cannot press the buttons of the browser's own prompt.
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
