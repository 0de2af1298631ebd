import { chmodSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { debianCopyright } from '../../parts/debian-copyright.js';
import { filesBelow } from '../../parts/files-below.js';
import { installDocuments } from '../../parts/installed-documents.js';
import { pinned } from '../../parts/lockfile.js';
import { unpacked } from '../../parts/npm-archive.js';
import { inRepository } from '../../parts/repository.js';
import { NODE_PACKAGES } from '../../parts/targets.js';
import { portalUnits } from './units.js';

const EXECUTABLE = 0o755;
export const PORTAL_FOLDER = '/usr/lib/cardwright-portal';
const UNITS = '/usr/lib/systemd/system';
const SETTINGS = ['portal.toml', 'portal.env'];
/** Absolute paths of the files that an administrator edits. */
export const SETTINGS_FILES: readonly string[] = SETTINGS.map((name) => `/etc/cardwright-portal/${name}`);
const DOCUMENTS = '/usr/share/doc/cardwright-portal';
/** The documents that the package installs: how to operate the portal, and what that refers to. */
export const PORTAL_DOCUMENTS = [
  'operate.md',
  'authority.md',
  'deploy.md',
  'issuance.md',
  'security.md',
  'troubleshooting.md',
];
const PGLITE = '@electric-sql/pglite';

/**
 * Lays out the installed portal in an empty folder, which stands for `/`:
 * - `/usr/lib/cardwright-portal`: its own Node.js, the program `cardwright-portal`, which starts the portal, and `app/`. `app/` contains the bundled
 *   server, and the files that the server looks for above its own folder: pages, migrations, device policies, the empty database, and PGlite with its
 *   WebAssembly;
 * - `/usr/bin/cardwright-portal`, the systemd units, the settings that an administrator edits, and the documentation.
 */
export function layOutPortal(root: string): void {
  const place = (from: string, to: string, mode?: number): void => {
    const file = path.join(root, to);
    mkdirSync(path.dirname(file), { recursive: true });
    cpSync(from, file, { recursive: true });
    if (mode !== undefined) chmodSync(file, mode);
  };
  const node = unpacked(NODE_PACKAGES['linux-x64']);
  place(path.join(node, 'bin', 'node'), `${PORTAL_FOLDER}/node`, EXECUTABLE);
  place(inRepository('installers', 'portal', 'cardwright-portal'), `${PORTAL_FOLDER}/cardwright-portal`, EXECUTABLE);
  for (const [from, to] of [
    ['dist/bundle', 'server'],
    ['dist/public', 'dist/public'],
    ['dist/empty-database.tar.gz', 'dist/empty-database.tar.gz'],
    ['migrations', 'migrations'],
    ['config', 'config'],
  ] as const)
    place(inRepository('portal', from), `${PORTAL_FOLDER}/app/${to}`);
  // Marks the bundle as ES modules.
  writeFileSync(path.join(root, PORTAL_FOLDER, 'app', 'package.json'), '{ "type": "module" }\n');
  for (const file of filesOfPglite())
    place(path.join(unpacked(pinned(PGLITE)), file), `${PORTAL_FOLDER}/app/node_modules/${PGLITE}/${file}`);
  mkdirSync(path.join(root, UNITS), { recursive: true });
  for (const [unit, text] of portalUnits()) writeFileSync(path.join(root, UNITS, unit), text);
  for (const name of SETTINGS) place(inRepository('installers', 'portal', name), `/etc/cardwright-portal/${name}`);
  installDocuments(path.join(root, DOCUMENTS), PORTAL_DOCUMENTS);
  writeFileSync(path.join(root, DOCUMENTS, 'copyright'), debianCopyright('portal'));
  mkdirSync(path.join(root, 'usr', 'bin'), { recursive: true });
  symlinkSync(
    `..${PORTAL_FOLDER.slice('/usr'.length)}/cardwright-portal`,
    path.join(root, 'usr/bin/cardwright-portal'),
  );
}

/**
 * Lists the files that PGlite loads: its modules, its WebAssembly and its data, without types, source maps and extensions of
 * PostgreSQL.
 */
const filesOfPglite = (): readonly string[] =>
  filesBelow(unpacked(pinned(PGLITE))).filter((file) =>
    /^(?:package\.json|LICENSE|dist\/[\w-]+\.(?:js|wasm|data)|dist\/fs\/[\w-]+\.js)$/.test(file),
  );
