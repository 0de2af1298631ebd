import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { install, installTargets, uninstall, type InstallTarget } from '@cardwright/native-host';
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID, HOST_NAME } from '@cardwright/protocol/identity';

describe('registering the host', () => {
  let folder: string;
  let target: InstallTarget;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "cardwright's install-"));
    const [only] = installTargets(folder);
    if (!only) throw new Error('a profile is one target');
    target = only;
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes a manifest that admits only our extension', () => {
    install(target, '/somewhere/main.js');
    expect(target.manifest).toBe(path.join(folder, 'NativeMessagingHosts', `${HOST_NAME}.json`));
    expect(JSON.parse(readFileSync(target.manifest, 'utf8'))).toEqual({
      name: HOST_NAME,
      description: expect.any(String),
      path: target.launcher,
      type: 'stdio',
      allowed_origins: [`chrome-extension://${CHROMIUM_EXTENSION_ID}/`],
    });
  });

  it("names Firefox's extension in Firefox's way", () => {
    install({ ...target, flavour: 'firefox' }, '/somewhere/main.js');
    const manifest: unknown = JSON.parse(readFileSync(target.manifest, 'utf8'));
    expect(manifest).toHaveProperty('allowed_extensions', [FIREFOX_EXTENSION_ID]);
    expect(manifest).not.toHaveProperty('allowed_origins');
  });

  it('writes a launcher that starts the program with its arguments, whatever its path and PATH', () => {
    const main = path.join(folder, 'main.mjs');
    writeFileSync(main, 'console.log(JSON.stringify(process.argv.slice(2)))');
    install(target, main);
    const output = execFileSync(target.launcher, ['chrome-extension://x/', "it's"], { encoding: 'utf8', env: {} });
    expect(JSON.parse(output)).toEqual(['chrome-extension://x/', "it's"]);
  });

  it('makes folders and files that nobody else can write to, even without a umask', () => {
    const umask = process.umask(0);
    try {
      install({ ...target, launcher: path.join(folder, 'of', 'launchers', 'host') }, '/somewhere/main.js');
    } finally {
      process.umask(umask);
    }
    const made = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(made).toHaveLength(5);
    const writable = made.filter((one) => (statSync(path.join(folder, one)).mode & 0o022) !== 0);
    expect(writable).toEqual([]);
  });

  it('can be undone', () => {
    install(target, '/somewhere/main.js');
    expect(uninstall(target)).toBe(true);
    expect([target.manifest, target.launcher].filter((file) => existsSync(file))).toEqual([]);
    expect(uninstall(target)).toBe(false);
  });

  it('knows the browsers of the current user', () => {
    expect(installTargets().map(({ browser }) => browser)).toEqual([
      'Chrome',
      'Chromium',
      'Edge',
      'Brave',
      'Vivaldi',
      'Opera',
      'Firefox',
    ]);
  });
});
