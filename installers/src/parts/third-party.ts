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
 * The licences of everything that is not ours and shipped with a workspace: of its packages at run time, bundled or not, of what is
 * compiled into their addons, and of Node.js. All of them ask to be told with the program.
 *
 * @param workspace such as `native-host`
 * @throws Error where a package states no licence
 */
export function thirdPartyNotice(workspace: string): string {
  const folders = runtimePackagesOf(workspace).map((folder) => inRepository(folder));
  const node = unpacked(NODE_PACKAGES['linux-x64']);
  return [
    'Cardwright contains the following software of others, each under its own licence.',
    ...folders.map(noticeOf),
    // Its package for Windows has no licence file; it is the same for all systems.
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

/** Also those of a library that the package compiled into itself: node-hid has HIDAPI, whose own licence we choose of three. */
function licenceFilesOf(folder: string): string[] {
  const hidapi = path.join(folder, 'hidapi', 'LICENSE-orig.txt');
  return readdirSync(folder)
    .filter((name) => /^(?:licen[cs]e|copying|notice)/i.test(name))
    .sort()
    .map((name) => path.join(folder, name))
    .concat(existsSync(hidapi) ? [hidapi] : []);
}
