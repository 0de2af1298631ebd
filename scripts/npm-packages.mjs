import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand, SetupError } from './run-command.mjs';

/**
 * Installs the npm packages with `npm ci`, unless this lockfile is already installed for this Node. Node's major version counts, because an
 * addon without a prebuilt binary is compiled for it.
 *
 * @param {string} root the clone's folder
 * @throws {SetupError} when npm fails
 */
export async function ensureNpmPackages(root) {
  const stampFile = path.join(root, 'node_modules', '.cardwright-lockfile');
  const stamp = currentStamp(root);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  console.log('Installing npm packages (npm ci) ...');
  const code = await runCommand('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env: npmEnvironment(),
  });
  if (code !== 0)
    throw new SetupError(`npm ci failed with ${code}: see its messages above.`, {
      step: 'npm packages',
      type: 'npm ci',
    });
  writeFileSync(stampFile, stamp);
}

/** @param {string} root */
function currentStamp(root) {
  const lockfile = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  return `${lockfile} node-${process.versions.modules}\n`;
}

/** Tells node-gyp where Node's headers are. Otherwise it downloads them; many machines have them beside Node and no way to download. */
function npmEnvironment() {
  const prefix = path.resolve(path.dirname(process.execPath), '..');
  const env = { ...process.env };
  const told = env['npm_config_nodedir'] ?? env['NPM_CONFIG_NODEDIR'];
  if (told === undefined && existsSync(path.join(prefix, 'include/node/node.h'))) env['npm_config_nodedir'] = prefix;
  return env;
}
