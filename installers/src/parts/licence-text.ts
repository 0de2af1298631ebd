import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inRepository } from './repository.js';

/** The texts of whatever comes without one, each in a file that is named after the work or licence, with `+` instead of `/`. */
const OWN_TEXTS = inRepository('installers', 'licences');
const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)/i;

/** A long licence, to which packages often only refer, and a part of its text. Whoever passes on a work has to hand over the whole (4 a). */
const REFERRED_TO = { licence: 'Apache-2.0', mark: 'TERMS AND CONDITIONS FOR USE' } as const;

/**
 * Returns the licence text that an npm package brings, or else ours for it. A licence to which the text only refers is added.
 *
 * @param folder of the installed package, as an absolute path
 * @param licence SPDX expression
 * @throws Error if there is no text: nobody may pass on a work without its licence
 */
export function licenceTextOf(name: string, folder: string, licence: string): string {
  const files = readdirSync(folder, { withFileTypes: true }).filter(
    (file) => file.isFile() && LICENCE_FILE.test(file.name),
  );
  const names = files.map(({ name: file }) => file).sort();
  const texts = names.map((file) => readFileSync(path.join(folder, file), 'utf8').trim());
  const own = texts.length > 0 ? texts.join('\n\n') : ownText(name);
  const isReference = licence === REFERRED_TO.licence && !own.includes(REFERRED_TO.mark);
  return isReference ? `${own.trim()}\n\n${ownText(REFERRED_TO.licence)}` : own;
}

/**
 * Returns the licence text that `installers/licences` has for a work.
 *
 * @throws Error if it has none
 */
export function ownText(name: string): string {
  const file = path.join(OWN_TEXTS, `${name.replace('/', '+')}.txt`);
  if (!existsSync(file)) throw new Error(`${name} comes without its licence: add the text as ${file}`);
  return readFileSync(file, 'utf8');
}
