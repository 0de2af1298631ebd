import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { inRepository } from './repository.js';
import type { NpmPackage } from './targets.js';

const lockfile = v.object({
  packages: v.record(
    v.string(),
    v.object({
      version: v.optional(v.string()),
      integrity: v.optional(v.string()),
    }),
  ),
});

let read: v.InferOutput<typeof lockfile> | undefined;
const readLockfile = () =>
  (read ??= v.parse(lockfile, JSON.parse(readFileSync(inRepository('package-lock.json'), 'utf8'))));

/**
 * Returns the version and integrity that package-lock.json pins for a package.
 *
 * @throws Error if package-lock.json pins no such package
 */
export function pinned(name: string): NpmPackage {
  const { version, integrity } = readLockfile().packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined) throw new Error(`package-lock.json pins no ${name}`);
  return { name, version, integrity };
}

/** Returns the integrity that package-lock.json pins for a package at a place, such as `node_modules/a/node_modules/b`; a workspace has none. */
export const integrityAt = (place: string): string | undefined => readLockfile().packages[place]?.integrity;
