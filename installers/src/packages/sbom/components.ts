import { partsWithin } from '../../parts/contained-parts.js';
import { pinned } from '../../parts/lockfile.js';
import { NODE_PARTS, type NodePart } from '../../parts/node-parts.js';
import type { Part } from '../../parts/part.js';
import { NODE_PACKAGES, type NpmPackage, type Target } from '../../parts/targets.js';

/** A component of CycloneDX 1.6, with the members that we write. */
export interface Component {
  readonly type: 'application' | 'library' | 'data';
  readonly name: string;
  readonly version?: string;
  readonly 'bom-ref': string;
  readonly purl?: string;
  readonly cpe?: string;
  readonly hashes?: readonly Hash[];
  readonly licenses: readonly object[];
  readonly externalReferences?: readonly object[];
  readonly components?: readonly Component[];
}

export const SHA_512 = 'SHA-512';
export interface Hash {
  readonly alg: typeof SHA_512;
  readonly content: string;
}

const NODE_VERSION = NODE_PACKAGES['linux-x64'].version;

/** The licence of Node.js, of its packages, and of koffi. */
const MIT = [{ license: { id: 'MIT' } }];

/** Returns the hash in CycloneDX of a Subresource Integrity of one `sha512`, as lockfiles have it. */
export const hashesOf = (integrity: string): readonly Hash[] => [
  { alg: SHA_512, content: Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex') },
];

/**
 * Lists the package of Node.js for every packaged system, with everything that is in it, and the koffi addon of each. npm installs one addon. What is in a
 * package has no archive of its own, so the hash of the package stands for it.
 */
export function addedComponents(): Component[] {
  return (Object.keys(NODE_PACKAGES) as Target[]).flatMap((target) => [
    nodePackage(NODE_PACKAGES[target]),
    packageComponent(pinned(`@koromix/koffi-${target}`), 'library'),
  ]);
}

/** Lists the added components as CycloneDX wants to have them named: they depend on nothing. */
export const addedDependencies = (): { ref: string }[] => addedComponents().map(({ 'bom-ref': ref }) => ({ ref }));

/** Lists the components inside an npm package. They have no archives, so the hash of that package stands for them. */
export const componentsWithin = (name: string): Component[] =>
  partsWithin(name).map((part) => containedComponent(part, name));

function packageComponent({ name, version, integrity }: NpmPackage, type: 'application' | 'library'): Component {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return { type, name, version, 'bom-ref': purl, purl, hashes: hashesOf(integrity), licenses: MIT };
}

const nodePackage = (pack: NpmPackage): Component => {
  const component = packageComponent(pack, 'application');
  return { ...component, components: [nodeJs(component['bom-ref'])] };
};

/** @param within reference of the package that contains it */
const nodeJs = (within: string): Component => ({
  type: 'application',
  name: 'Node.js',
  version: NODE_VERSION,
  'bom-ref': `${within}#Node.js`,
  purl: `pkg:generic/node@${NODE_VERSION}`,
  cpe: cpeOf('nodejs:node.js', NODE_VERSION),
  licenses: MIT,
  externalReferences: [{ type: 'source-distribution', url: `https://nodejs.org/dist/v${NODE_VERSION}/` }],
  components: NODE_PARTS.map((part) => nodePart(part, `${within}#Node.js`)),
});

const nodePart = ({ name, version, licence, cpe }: NodePart, within: string): Component => ({
  type: 'library',
  name,
  version,
  'bom-ref': `${within}#${name.replaceAll(' ', '-')}`,
  ...(cpe === undefined ? {} : { cpe: cpeOf(cpe, version) }),
  licenses: [{ license: { id: licence } }],
});

const containedComponent = ({ name, version, licence, source }: Part, within: string): Component => ({
  type: 'library',
  name,
  ...(version === null ? {} : { version }),
  'bom-ref': `${within}#${name.replaceAll(' ', '-')}`,
  ...(name === 'PostgreSQL' && version !== null ? { cpe: cpeOf('postgresql:postgresql', version) } : {}),
  licenses: [{ license: { id: licence } }],
  externalReferences: [{ type: 'source-distribution', url: source }],
});

/** Writes a name of the Common Platform Enumeration 2.3 for an application. */
const cpeOf = (product: string, version: string): string =>
  `cpe:2.3:a:${product}:${version.replaceAll('-', '\\-')}:*:*:*:*:*:*:*`;
