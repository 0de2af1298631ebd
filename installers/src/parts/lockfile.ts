import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { inRepository } from './repository.js';
import type { NpmPackage } from './targets.js';

const names = v.optional(v.record(v.string(), v.string()), {});

const lockfile = v.object({
  packages: v.record(
    v.string(),
    v.object({
      version: v.optional(v.string()),
      integrity: v.optional(v.string()),
      /** Folder of the workspace if `link` is set; address of the archive if `link` is not set. */
      resolved: v.optional(v.string()),
      link: v.optional(v.boolean(), false),
      dependencies: names,
      optionalDependencies: names,
    }),
  ),
});

const readLockfile = () => v.parse(lockfile, JSON.parse(readFileSync(inRepository('package-lock.json'), 'utf8')));

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

/**
 * Lists the folders, within the clone, of all packages that a workspace needs at run time, without the workspaces themselves. A
 * workspace's own optional packages are included. Optional packages of other packages (an addon for each system) are not.
 *
 * @throws Error if one of the packages is not in package-lock.json
 */
export function runtimePackagesOf(workspace: string): string[] {
  const { packages } = readLockfile();
  const found = new Set<string>();
  const visit = (folder: string): void => {
    if (found.has(folder)) return;
    found.add(folder);
    const { dependencies, optionalDependencies } = packages[folder] ?? { dependencies: {}, optionalDependencies: {} };
    const wanted = isPackage(folder) ? dependencies : { ...dependencies, ...optionalDependencies };
    for (const name of Object.keys(wanted)) visit(resolve(name, folder));
  };
  const resolve = (name: string, from: string): string => {
    const candidates = foldersAbove(from).map((folder) => `${folder}node_modules/${name}`);
    const place = candidates.find((one) => packages[one] !== undefined);
    if (place === undefined) throw new Error(`package-lock.json has no ${name}, which ${from} needs`);
    const { link, resolved } = packages[place] ?? {};
    return link && resolved !== undefined ? resolved : place;
  };
  visit(workspace);
  return [...found].filter(isPackage).sort();
}

const isPackage = (folder: string): boolean => folder.includes('node_modules/');

/** Lists the folders where Node.js looks for node_modules: `a/b` gives `a/b/`, `a/` and the empty name of the clone's folder. */
function foldersAbove(folder: string): string[] {
  const names = folder.split('/');
  return names.map((_, index) => `${names.slice(0, names.length - index).join('/')}/`).concat('');
}
