import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { runtimePackagesOf } from './lockfile.js';
import { unpacked } from './npm-archive.js';
import { inRepository } from './repository.js';
import { NODE_PACKAGES } from './targets.js';

const manifest = v.object({
  name: v.string(),
  version: v.string(),
  license: v.union([v.string(), v.object({ type: v.string() })]),
  author: v.optional(v.union([v.string(), v.object({ name: v.string() })])),
});

const RULE = '='.repeat(80);

/**
 * Collects the licences of all third-party parts shipped with a workspace: its packages at run time, bundled or not, code compiled
 * into their addons, and Node.js. The licences must be shipped with the program.
 *
 * @param workspace such as `native-host`
 * @throws Error if a package states no licence
 */
export function thirdPartyNotice(workspace: string): string {
  const folders = runtimePackagesOf(workspace).map((folder) => inRepository(folder));
  const node = unpacked(NODE_PACKAGES['linux-x64']);
  return [
    'Cardwright contains the following software of others, each under its own licence.',
    ...folders.map(noticeOf),
    // The package for Windows has no licence file; the licence is the same for all systems.
    `${RULE}\nNode.js ${NODE_PACKAGES['linux-x64'].version}\n${RULE}\n\n${readFileSync(path.join(node, 'LICENSE'), 'utf8').trim()}`,
    '',
  ].join('\n\n');
}

function noticeOf(folder: string): string {
  const { name, version, license, author } = v.parse(
    manifest,
    JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')),
  );
  const holder = typeof author === 'object' ? author.name : author;
  const terms = typeof license === 'object' ? license.type : license;
  const texts = licenceFilesOf(folder).map((file) => readFileSync(file, 'utf8').trim());
  const words = texts.length > 0 ? texts : [`Licence: ${terms}${holder === undefined ? '' : `\nAuthor: ${holder}`}`];
  return [`${RULE}\n${name} ${version} (${terms})\n${RULE}`, ...words].join('\n\n');
}

/**
 * Lists the licence files, including those of a library that is compiled into the package: node-hid contains HIDAPI, which offers three
 * licences, of which we choose HIDAPI's original licence.
 */
function licenceFilesOf(folder: string): string[] {
  const hidapi = path.join(folder, 'hidapi', 'LICENSE-orig.txt');
  return readdirSync(folder)
    .filter((name) => /^(?:licen[cs]e|copying|notice)/i.test(name))
    .sort()
    .map((name) => path.join(folder, name))
    .concat(existsSync(hidapi) ? [hidapi] : []);
}
