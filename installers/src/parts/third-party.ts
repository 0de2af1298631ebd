import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { bundledPackages } from './bundled-packages.js';
import { partsWithin } from './contained-parts.js';
import { licenceTextOf, ownText } from './licence-text.js';
import { NODE_PARTS } from './node-parts.js';
import { unpacked } from './npm-archive.js';
import type { Part } from './part.js';
import { inRepository } from './repository.js';
import { NODE_PACKAGES } from './targets.js';

/** Parts of a product. */
interface Composition {
  /** The metafiles of its bundles. */
  readonly metafiles: string;
  /** npm packages of which files are shipped beside the bundles. */
  readonly beside: readonly string[];
  /** Set if the product brings its own Node.js. */
  readonly hasNode: boolean;
}

/** All products that contain works of others. The addon of koffi has a package for each system, with the licence of koffi itself. */
export const COMPOSITIONS = {
  // Its list of public suffixes is read from tldts.
  chromium: { metafiles: 'extension/dist/metafiles/chromium.json', beside: ['tldts'], hasNode: false },
  firefox: { metafiles: 'extension/dist/metafiles/firefox.json', beside: ['tldts'], hasNode: false },
  host: { metafiles: 'native-host/dist/metafiles.json', beside: ['koffi', 'node-hid', 'pkg-prebuilds'], hasNode: true },
  portal: { metafiles: 'portal/dist/metafiles.json', beside: ['@electric-sql/pglite'], hasNode: true },
} as const satisfies Record<string, Composition>;

export type Product = keyof typeof COMPOSITIONS;

const manifest = v.object({
  name: v.string(),
  version: v.string(),
  license: v.union([
    v.string(),
    v.pipe(
      v.object({ type: v.string() }),
      v.transform(({ type }) => type),
    ),
  ]),
});

/** Licences of packages that state another one than their licence texts: node-hid's text is BSD-3-Clause. */
const STATED_OTHERWISE: Readonly<Record<string, string>> = { '(MIT OR X11)': 'BSD-3-Clause' };

/**
 * Lists the works of others in a product: the npm packages that are bundled or lie beside the bundles, what is compiled into them, and
 * Node.js. The folders of a package that is there in several versions count each.
 *
 * @throws Error if a work states no licence, or comes without its text
 */
export function partsOf(product: Product): Part[] {
  const { metafiles, beside, hasNode }: Composition = COMPOSITIONS[product];
  const folders = new Set([...bundledPackages(metafiles), ...beside.map((name) => `node_modules/${name}`)]);
  const packages = [...folders].sort().map(packageIn);
  const all = [...packages, ...packages.flatMap(({ name }) => partsWithin(name)), ...(hasNode ? nodeJs() : [])];
  // A package may lie in several folders, in one version.
  return all.filter((one, index) => all.findIndex((other) => isSame(one, other)) === index);
}

const isSame = (a: Part, b: Part): boolean => a.name === b.name && a.version === b.version;

/** @param folder of an installed npm package, within the clone */
function packageIn(folder: string): Part {
  const place = inRepository(folder);
  const { name, version, license } = v.parse(
    manifest,
    JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8')),
  );
  const licence = STATED_OTHERWISE[license] ?? license;
  return { name, version, licence, source: archiveOf(name, version), text: licenceTextOf(name, place, licence) };
}

/** Returns the address of a package's archive, which is public and does not change. */
export const archiveOf = (name: string, version: string): string =>
  `https://registry.npmjs.org/${name}/-/${name.slice(name.indexOf('/') + 1)}-${version}.tgz`;

/** Lists Node.js, whose licence includes those of OpenSSL, V8, ICU and nearly everything else in it, and libffi, which it does not name. */
function nodeJs(): Part[] {
  // The package for Windows has no licence file. The licence is the same for all systems.
  const found = NODE_PACKAGES['linux-x64'];
  const libffi = NODE_PARTS.find(({ key }) => key === 'libffi');
  return [
    {
      name: 'Node.js',
      version: found.version,
      licence: 'MIT',
      source: `https://nodejs.org/dist/v${found.version}/`,
      text: readFileSync(path.join(unpacked(found), 'LICENSE'), 'utf8'),
    },
    {
      name: 'libffi',
      version: libffi?.version ?? null,
      licence: 'MIT',
      source: 'https://github.com/libffi/libffi',
      text: ownText('libffi'),
    },
  ];
}

const RULE = '='.repeat(80);

/**
 * Writes down the licences of all works of others in a product, each with the address of its source, which MPL-2.0 (3.2 a) demands of whoever
 * passes on a program.
 *
 * @throws Error as `partsOf`
 */
export function thirdPartyNotice(product: Product): string {
  return [
    'Cardwright contains the following software of others, each under its own licence.',
    ...partsOf(product).map(noticeOf),
    '',
  ].join('\n\n');
}

const noticeOf = ({ name, version, licence, source, text }: Part): string =>
  [
    `${RULE}\n${version === null ? name : `${name} ${version}`} (${licence})\nSource: ${source}\n${RULE}`,
    text.trim(),
  ].join('\n\n');

/** Names of the licence files of a product: our own licence, and the licences of others. */
export const LICENCES = ['LICENSE', 'THIRD-PARTY.txt'] as const;

/** Writes both licence files of a product into a folder. */
export function writeLicences(product: Product, folder: string): void {
  const [ours, others] = LICENCES;
  writeFileSync(path.join(folder, ours), readFileSync(inRepository(ours)));
  writeFileSync(path.join(folder, others), thirdPartyNotice(product));
}
