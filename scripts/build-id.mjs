import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** `git archive` writes the commit into this file (.gitattributes), so that a source archive knows it too. */
const ARCHIVED = path.join(import.meta.dirname, 'commit.txt');
const LENGTH = 8;
/** Build metadata of a version (semver.org, 10) whose tracked files are not those of the commit. */
const CHANGED = '.changed';

/**
 * Returns the commit of a clone or source archive as build metadata of a version, such as `g4dc5a622`; null where neither git nor the archive tells.
 *
 * @param {string} root
 * @param {string} archived file that has the commit in a source archive
 * @returns {string | null}
 */
export function commitOf(root, archived = ARCHIVED) {
  try {
    const [top, commit = ''] = git(root, ['rev-parse', '--show-toplevel', 'HEAD']).split('\n');
    // An archive may lie in the clone of another product.
    if (path.resolve(top) === path.resolve(root)) {
      const isChanged = git(root, ['status', '--porcelain', '--untracked-files=no']) !== '';
      return `g${commit.slice(0, LENGTH)}${isChanged ? CHANGED : ''}`;
    }
  } catch {
    // There is no git, or no clone: this may be an archive.
  }
  const [commit] = /^[0-9a-f]{40}/.exec(existsSync(archived) ? readFileSync(archived, 'utf8') : '') ?? [];
  return commit === undefined ? null : `g${commit.slice(0, LENGTH)}`;
}

/**
 * Writes the commit into what was built: the records beside the bundles of host and portal, and the manifest for Chromium. It is no part of the bundles, so a
 * commit that changes no source causes no build.
 *
 * @param {string} root
 * @param {string | null} commit
 */
export function writeCommit(root, commit) {
  const member = commit === null ? {} : { commit };
  change(path.join(root, 'native-host/dist/bundle/build.json'), (record) => ({
    ...record,
    commit: undefined,
    ...member,
  }));
  change(path.join(root, 'portal/dist/bundle/build.json'), (record) => ({ ...record, commit: undefined, ...member }));
  change(
    path.join(root, 'extension/dist/chromium/manifest.json'),
    (manifest) => ({ ...manifest, version_name: commit === null ? undefined : `${manifest.version}+${commit}` }),
    2,
  );
}

function change(file, to, indent) {
  if (!existsSync(file)) return;
  const before = readFileSync(file, 'utf8');
  const after = JSON.stringify(to(JSON.parse(before)), undefined, indent) + (before.endsWith('\n') ? '\n' : '');
  if (after !== before) writeFileSync(file, after);
}

const git = (root, args) =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
