import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { repack } from './installed-portal.js';

const APP = 'usr/lib/cardwright-portal/app';

/** Name of the migration of the newer portal. */
const NEWER_MIGRATION = '9999-of-tomorrow.sql';

/**
 * Makes the package of a newer version of a packaged portal: its program says the version, and it expands the tables by one.
 *
 * @param deb the package of today's version
 * @returns the file of the newer one, in the same folder
 */
export function makeNewerDeb(deb: string, version: string): string {
  const tree = `${deb}.newer`;
  execFileSync('dpkg-deb', ['--raw-extract', deb, tree]);
  const replace = (file: string, from: string, to: string): void => {
    const before = readFileSync(path.join(tree, file), 'utf8');
    if (before.split(from).length !== 2) throw new Error(`${file} has not exactly one ${from}`);
    writeFileSync(path.join(tree, file), before.replace(from, to));
  };
  replace('DEBIAN/control', `Version: ${PRODUCT_VERSION}\n`, `Version: ${version}\n`);
  replace(`${APP}/server/main.js`, `PRODUCT_VERSION = "${PRODUCT_VERSION}"`, `PRODUCT_VERSION = "${version}"`);
  const migrations = path.join(tree, APP, 'migrations');
  const newest = readdirSync(migrations).sort().at(-1)?.slice(0, 4) ?? '';
  writeFileSync(
    path.join(migrations, NEWER_MIGRATION),
    `-- runs with ${newest}\nCREATE TABLE of_tomorrow (at timestamptz NOT NULL);\n`,
  );
  const newer = path.join(path.dirname(deb), path.basename(deb).replace(PRODUCT_VERSION, version));
  repack(tree, newer);
  rmSync(tree, { recursive: true });
  return newer;
}
