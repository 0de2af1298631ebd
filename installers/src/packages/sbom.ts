import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import type { Package } from '../package.js';
import { integrityAt } from '../parts/lockfile.js';
import { sourceDigest } from '../parts/repository.js';
import {
  addedComponents,
  addedDependencies,
  componentsWithin,
  hashesOf,
  SHA_512,
  type Hash,
} from './sbom/components.js';
import { demandValid, listInstalled } from './sbom/tool.js';

/** The workspaces whose code is shipped. */
const SHIPPED = ['words', 'protocol', 'sdk', 'extension', 'native-host', 'cms', 'portal'];
/** Property in which the tool says where a package is installed. */
const PLACE = 'cdx:npm:package:path';

/** The parts of a CycloneDX document that are completed. */
interface Listed extends v.InferOutput<typeof ownMembers> {
  readonly components?: readonly Listed[] | undefined;
}
const ownMembers = v.looseObject({
  name: v.string(),
  group: v.optional(v.string()),
  purl: v.optional(v.string()),
  properties: v.optional(v.array(v.object({ name: v.string(), value: v.string() })), []),
});
const listed: v.GenericSchema<unknown, Listed> = v.intersect([
  ownMembers,
  v.object({ components: v.optional(v.array(v.lazy(() => listed))) }),
]);
const bill = v.looseObject({ components: v.array(listed), dependencies: v.array(v.looseObject({ ref: v.string() })) });

/**
 * The software bill of materials in the format of CycloneDX: the npm packages with the hashes of their archives, the packages that the installers
 * add for other systems, and what is compiled into them. It is written once it is valid.
 */
export const sbom: Package = {
  name: 'sbom',
  build({ version, output }) {
    const found = v.parse(bill, JSON.parse(listInstalled(SHIPPED)));
    const known = new Set(found.components.map(({ purl }) => purl));
    const added = addedComponents().filter(({ purl }) => !known.has(purl));
    const references = new Set(added.map((component) => component['bom-ref']));
    const complete = {
      ...found,
      components: [...found.components.map(completed), ...added],
      dependencies: [...found.dependencies, ...addedDependencies().filter(({ ref }) => references.has(ref))],
    };
    const text = `${JSON.stringify(complete, null, 2)}\n`;
    demandValid(text);
    writeFileSync(path.join(output, `cardwright-${version}.cdx.json`), text);
  },
};

/** Group of our own packages. They have no archive, so their hash is that of their sources. */
const OWN = '@cardwright';

function hashOf({ name, group }: Listed, place: string | undefined): readonly Hash[] | undefined {
  if (group === OWN) return [{ alg: SHA_512, content: sourceDigest(name) }];
  const integrity = place === undefined ? undefined : integrityAt(place);
  return integrity === undefined ? undefined : hashesOf(integrity);
}

/** Adds the hash of a package's archive or sources, and the works in the package, to it and to the packages below it. */
function completed(component: Listed): object {
  const { name, group, properties, components = [] } = component;
  const place = properties.find((property) => property.name === PLACE)?.value;
  const hashes = hashOf(component, place);
  const below = [...components.map(completed), ...componentsWithin(group === undefined ? name : `${group}/${name}`)];
  return {
    ...component,
    ...(hashes === undefined ? {} : { hashes }),
    ...(below.length === 0 ? {} : { components: below }),
  };
}
