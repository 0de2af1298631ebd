import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import type { Package } from '../package.js';
import { pinned } from '../parts/lockfile.js';
import { inRepository } from '../parts/repository.js';
import { NODE_PACKAGES, type NpmPackage, type Target } from '../parts/targets.js';

/** The workspaces whose code is shipped. */
const SHIPPED = ['words', 'protocol', 'sdk', 'extension', 'native-host', 'cms', 'portal'];
/** Manifest and lockfile of the tool that reads the installed npm packages. */
const TOOL = ['package.json', 'package-lock.json'].map((name) => inRepository('installers', 'sbom', name));
const PROGRAM = 'node_modules/@cyclonedx/cyclonedx-npm/bin/cyclonedx-npm-cli.js';

/** The parts of a CycloneDX 1.6 document to which components are added. */
const bill = v.looseObject({ components: v.array(v.looseObject({ purl: v.optional(v.string()) })) });

/** The software bill of materials in the format of CycloneDX: the npm packages, and the packages that the installers add for other systems. */
export const sbom: Package = {
  name: 'sbom',
  build({ version, output }) {
    const options = ['--omit', 'dev', '--output-reproducible', '--short-PURLs', '--spec-version', '1.6'];
    const workspaces = SHIPPED.flatMap((name) => ['--workspace', name]);
    const text = execFileSync(process.execPath, [tool(), ...options, ...workspaces], {
      cwd: inRepository(),
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    const found = v.parse(bill, JSON.parse(text));
    const known = new Set(found.components.map(({ purl }) => purl));
    const added = installed().filter(({ purl }) => !known.has(purl));
    const complete = { ...found, components: [...found.components, ...added] };
    writeFileSync(path.join(output, `cardwright-${version}.cdx.json`), `${JSON.stringify(complete, null, 2)}\n`);
  },
};

/** Lists the package of Node.js and the koffi addon for every packaged system. npm itself installs only the addon of this system. */
const installed = () =>
  (Object.keys(NODE_PACKAGES) as Target[]).flatMap((target) => [
    componentOf(NODE_PACKAGES[target], 'application'),
    componentOf(pinned(`@koromix/koffi-${target}`), 'library'),
  ]);

function componentOf({ name, version, integrity }: NpmPackage, type: 'application' | 'library') {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const content = Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex');
  return { type, name, version, 'bom-ref': purl, purl, hashes: [{ alg: 'SHA-512', content }] };
}

/**
 * Returns the path of the tool's program. If the cache has no tool for this manifest and lockfile, first installs the tool without its optional
 * packages.
 */
function tool(): string {
  const digest = createHash('sha256');
  for (const file of TOOL) digest.update(readFileSync(file));
  const cache = inRepository('.cache', 'sbom');
  const folder = path.join(cache, digest.digest('hex').slice(0, 16));
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    const fresh = mkdtempSync(path.join(cache, 'installing-'));
    for (const file of TOOL) copyFileSync(file, path.join(fresh, path.basename(file)));
    const options = ['--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
    execFileSync('npm', ['ci', ...options], { cwd: fresh, stdio: ['ignore', 'ignore', 'inherit'] });
    renameSync(fresh, folder);
  }
  return path.join(folder, PROGRAM);
}
