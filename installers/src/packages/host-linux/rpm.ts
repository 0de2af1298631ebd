import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rpmChangelog, type ChangelogEntry } from '../../parts/changelog.js';
import { addManual } from '../../parts/manual.js';
import { LICENCES } from '../../parts/third-party.js';
import { settleTree } from '../../parts/settle-tree.js';
import { XZ_LEVEL } from '../../parts/xz-level.js';
import { AFTER_INSTALLATION } from './after-installation.js';
import { beforeRemoval } from './before-removal.js';
import { HOST_DOCUMENT_FOLDER } from './documents.js';
import { LIBRARIES } from './libraries.js';
import { HOST_MANUAL } from './manual.js';
import { HOST_FOLDER, layOutLinuxTree } from './tree.js';
import { DESCRIPTION, MAINTAINER, SUMMARY } from './words.js';

const NAME = 'cardwright-host';
const LICENCE_FOLDER = `/usr/share/licenses/${NAME}`;

export interface HostRpmOptions {
  /** Folder of the host, laid out for `linux-x64` (`layOutHost`). */
  readonly host: string;
  readonly version: string;
  readonly epoch: number;
  /** Empty folder to work in. */
  readonly scratch: string;
  /** Path of the `.rpm`. */
  readonly file: string;
}

/**
 * Writes the host's RPM. The package contains the manifests for both places where Firefox may look: below `/usr/lib64` on Fedora, below `/usr/lib`
 * elsewhere.
 */
export function writeHostRpm({ host, version, epoch, scratch, file }: HostRpmOptions): void {
  const root = path.join(scratch, 'root');
  mkdirSync(root);
  const manifests = layOutLinuxTree({ root, host, mozilla: ['/usr/lib/mozilla', '/usr/lib64/mozilla'] });
  mkdirSync(path.join(root, LICENCE_FOLDER), { recursive: true });
  for (const name of LICENCES) renameSync(path.join(root, HOST_FOLDER, name), path.join(root, LICENCE_FOLDER, name));
  addManual(root, HOST_MANUAL);
  settleTree(root, epoch);
  const spec = path.join(scratch, `${NAME}.spec`);
  writeFileSync(spec, specOf({ version, epoch, maintainer: MAINTAINER }, manifests));
  const made = path.join(scratch, 'made');
  const macros = Object.entries(macrosOf(scratch, root, made)).flatMap(([name, value]) => [
    '--define',
    `${name} ${value}`,
  ]);
  execFileSync('rpmbuild', ['-bb', '--quiet', '--target', 'x86_64-linux', ...macros, spec], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH, HOME: scratch, LC_ALL: 'C', SOURCE_DATE_EPOCH: String(epoch) },
  });
  const [rpm = ''] = readdirSync(made);
  renameSync(path.join(made, rpm), file);
}

/** Macros that make the package the same on every machine, and keep rpmbuild from changing the files. */
const macrosOf = (scratch: string, root: string, made: string): Record<string, string> => ({
  _topdir: path.join(scratch, 'build'),
  _rpmdir: made,
  // rpmbuild needs a list of installed packages. The computer's own list may be missing, and belongs to root.
  _dbpath: path.join(scratch, 'installed'),
  _rpmfilename: 'host.rpm',
  laid_out: root,
  _buildhost: 'cardwright',
  use_source_date_epoch_as_buildtime: '1',
  // Only one thread compresses: several threads would split the data at other positions, which would change the bytes.
  _binary_payload: `w${XZ_LEVEL}.xzdio`,
  _build_id_links: 'none',
  debug_package: '%{nil}',
  __os_install_post: '%{nil}',
});

/**
 * Writes the spec. The spec names the libraries itself, because rpmbuild would also require libraries that are only mentioned in comments of the
 * files.
 */
const specOf = (entry: ChangelogEntry, manifests: readonly string[]): string => `Name: ${NAME}
Version: ${entry.version}
Release: 1
Summary: ${SUMMARY}
License: MIT
Group: Applications/System
Packager: ${MAINTAINER}
AutoReqProv: no
Requires: pcsc-lite
${LIBRARIES.map(({ rpm }) => `Requires: ${rpm}`).join('\n')}

%description
${DESCRIPTION.join('\n')}

%install
mkdir -p %{buildroot}
cp -a %{laid_out}/. %{buildroot}/

%posttrans
${AFTER_INSTALLATION}
%preun
${beforeRemoval('[ "$1" -eq 0 ]')}
%files
%defattr(-,root,root)
%license ${LICENCE_FOLDER}
${HOST_FOLDER}
${foldersAbove(manifests)
  .map((folder) => `%dir ${folder}`)
  .join('\n')}
${manifests.join('\n')}
/usr/bin/${NAME}
%doc ${HOST_MANUAL.place}
%doc ${HOST_DOCUMENT_FOLDER}

${rpmChangelog(entry)}`;

/**
 * Lists the two folders above each file. The package owns these folders, so that they are removed with the package if nothing else is in them.
 * Other packages may own the same folders.
 */
function foldersAbove(files: readonly string[]): string[] {
  const folders = files.flatMap((file) => [path.dirname(file), path.dirname(path.dirname(file))]);
  return [...new Set(folders)].sort();
}
