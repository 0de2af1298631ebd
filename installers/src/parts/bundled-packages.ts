import { existsSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { inRepository } from './repository.js';

/** The part of esbuild's metafiles that says which sources reached a bundle, and how many bytes of each. */
const metafiles = v.array(
  v.object({
    outputs: v.record(v.string(), v.object({ inputs: v.record(v.string(), v.object({ bytesInOutput: v.number() })) })),
  }),
);

/** Greedy, so that a package in the folder of another one is found, and not the other one. */
const PACKAGE_OF = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/**
 * Lists the folders, within the clone, of the npm packages whose code is in bundles. A package of which the bundler kept nothing is not in them.
 *
 * @param file metafiles that a build wrote, such as `portal/dist/metafiles.json`
 * @throws Error if the build did not run in the clone's folder, so that its paths lead elsewhere
 */
export function bundledPackages(file: string): string[] {
  const found = v.parse(metafiles, JSON.parse(readFileSync(inRepository(file), 'utf8')));
  const sources = found
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([source]) => source);
  const folders = new Set(sources.flatMap((source) => PACKAGE_OF.exec(source)?.[1] ?? []));
  for (const folder of folders) {
    if (!existsSync(inRepository(folder, 'package.json'))) throw new Error(`${file} names ${folder}: build it again`);
  }
  return [...folders].sort();
}
