import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PACKAGED_LAUNCHER } from '@cardwright/native-host';
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID, HOST_NAME } from '@cardwright/protocol/identity';
import { launcherScript } from '../../../../native-host/src/browsers/launcher.js';
import {
  CARDS,
  CHROME_OF_COMPUTER,
  CHROME_OF_USER,
  Desk,
  failuresIn,
  FIREFOX_OF_USER,
  goodDesk,
  manifest,
} from './desk.js';

/** An id of the extension that some store gave. */
const STORE_ID = 'abcdefghijklmnopabcdefghijklmnop';

describe('doctor, checking the manifests by which browsers find the host,', () => {
  let desk: Desk;

  beforeEach(() => {
    desk = goodDesk();
  });
  afterEach(() => desk.remove());

  it.each<[string, (desk: Desk) => object, string, RegExp]>([
    [
      'names a file that is not there',
      () => ({ path: '/nowhere/host' }),
      'HOST_START_FAILED',
      /\/nowhere\/host does not exist/,
    ],
    ['names a folder', (one) => ({ path: one.home }), 'HOST_START_FAILED', /is no file/],
    [
      'names a file that may not be run',
      (one) => ({ path: one.program('#!/bin/sh\n', 0o644) }),
      'HOST_START_FAILED',
      /may not be run/,
    ],
    [
      'names a script without its interpreter',
      (one) => ({ path: one.program('#!/no/such/sh\n') }),
      'HOST_START_FAILED',
      /interpreter .*\/no\/such\/sh does not exist/,
    ],
    [
      'names a script of env without its program',
      (one) => ({ path: one.program('#!/usr/bin/env no-such-node\n') }),
      'HOST_START_FAILED',
      /no-such-node is nowhere in PATH/,
    ],
    [
      'names a launcher whose Node.js is gone',
      (one) => ({ path: one.program(launcherScript({ node: '/no/node', main: '/no/main.js' })) }),
      'HOST_START_FAILED',
      /Node.js that is gone: \/no\/node/,
    ],
    [
      'names a launcher whose host is gone',
      (one) => ({ path: one.program(launcherScript({ node: '/bin/sh', main: "/no/ma'in.js" })) }),
      'HOST_START_FAILED',
      /host that is gone: \/no\/ma'in.js/,
    ],
    [
      'names a packaged host whose Node.js is gone',
      (one) => ({ path: one.program(PACKAGED_LAUNCHER) }),
      'HOST_START_FAILED',
      /Node.js that is gone: ~\/node/,
    ],
    [
      'admits another extension',
      (one) => ({ path: one.program(), allowed_origins: ['chrome-extension://aaaa/'] }),
      'HOST_FORBIDDEN',
      /admits chrome-extension:\/\/aaaa\/, not/,
    ],
    [
      'admits our extension without the slash',
      (one) => ({ path: one.program(), allowed_origins: [`chrome-extension://${CHROMIUM_EXTENSION_ID}`] }),
      'HOST_FORBIDDEN',
      /not chrome-extension/,
    ],
    [
      'admits an extension that the host does not obey',
      (one) => ({
        path: one.program(),
        allowed_origins: [CHROMIUM_EXTENSION_ID, STORE_ID].map((id) => `chrome-extension://${id}/`),
      }),
      'HOST_FORBIDDEN',
      /admits chrome-extension:\/\/abcdefghijklmnopabcdefghijklmnop\/, which the host does not obey/,
    ],
    [
      "does not admit an extension of the host's list",
      (one) => {
        one.writeAtHome('.config/cardwright/extensions.json', JSON.stringify({ chromium: [STORE_ID] }));
        return { path: one.program() };
      },
      'HOST_FORBIDDEN',
      /not chrome-extension:\/\/abcdefghijklmnopabcdefghijklmnop\//,
    ],
    ['has another name', (one) => ({ path: one.program(), name: 'org.other' }), 'HOST_MANIFEST_INVALID', /org\.other/],
    ['has a relative path', () => ({ path: 'cardwright-host' }), 'HOST_MANIFEST_INVALID', /not absolute/],
    ['has a path that is no text', () => ({ path: 5 }), 'HOST_MANIFEST_INVALID', /no manifest/],
  ])('names a manifest that %s', async (_, change, code, words) => {
    desk.writeAtHome(CHROME_OF_USER, manifest(change(desk)));
    const findings = await desk.check(CARDS.good);
    const faults = findings.filter(({ check }) => check.outcome === 'failed' && check.id === 'manifest');
    expect(faults).toHaveLength(1);
    expect(faults[0]?.check.code).toBe(code);
    expect(faults[0]?.check.detail).toContain('Chrome, Opera (user)');
    expect(faults[0]?.check.detail).toMatch(words);
    expect(faults[0]?.remedy).toContain('cardwright-host install');
  });

  it('follows a packaged host through a link, and a launcher into a non-ASCII folder', async () => {
    const packaged = desk.writeAtHome('host/cardwright-host', PACKAGED_LAUNCHER, 0o755);
    const node = desk.writeAtHome('host/node', '', 0o755);
    desk.writeAtHome('host/app/main.js', '');
    desk.link(packaged, '/usr/bin/cardwright-host');
    desk.write(CHROME_OF_COMPUTER, manifest({ path: path.join(desk.root, '/usr/bin/cardwright-host') }));
    const main = desk.writeAtHome('Jörgs Ordner/main.js', '');
    desk.writeAtHome(CHROME_OF_USER, manifest({ path: desk.program(launcherScript({ node, main })) }));
    expect(failuresIn(await desk.check(CARDS.good))).toEqual([]);
  });

  it.each([
    ['is no JSON', '{'],
    ['begins with a byte order mark', `\u{feff}${manifest({ path: '/bin/sh' })}`],
  ])('names a manifest that %s', async (_, content) => {
    desk.writeAtHome(CHROME_OF_USER, content);
    expect(failuresIn(await desk.check(CARDS.good))).toEqual([{ id: 'manifest', code: 'HOST_MANIFEST_INVALID' }]);
  });

  it('reads the manifests of the whole computer, and those of Firefox in its format', async () => {
    desk.write(CHROME_OF_COMPUTER, manifest({ path: '/bin/sh' }));
    desk.writeAtHome(FIREFOX_OF_USER, manifest({ path: '/bin/sh', allowed_extensions: [FIREFOX_EXTENSION_ID] }));
    const details = (await desk.check(CARDS.good))
      .filter(({ check }) => check.id === 'manifest')
      .map(({ check }) => check.detail);
    expect(details).toContainEqual(
      expect.stringMatching(/^Chrome, Edge, Brave, Vivaldi, Opera \(computer\): .* starts \/bin\/sh$/),
    );
    expect(details).toContainEqual(expect.stringContaining(`Firefox (user): `));
    expect(details).toContainEqual(expect.stringContaining(`admits ${FIREFOX_EXTENSION_ID}`));
  });

  it('reports when no browser has a manifest, or an installed one has none', async () => {
    const bare = new Desk();
    try {
      expect(failuresIn(await bare.check(CARDS.good))).toEqual([{ id: 'manifest', code: 'HOST_MISSING' }]);
    } finally {
      bare.remove();
    }
    desk.write('/usr/bin/firefox-esr', '');
    const findings = await desk.check(CARDS.good);
    expect(failuresIn(findings)).toEqual([{ id: 'manifest', code: 'HOST_MISSING' }]);
    expect(findings.find(({ check }) => check.code === 'HOST_MISSING')?.check.detail).toContain('Firefox');
  });

  it('finds the manifests of Windows in its registry', async () => {
    desk.platform = 'win32';
    const file = desk.writeAtHome('host.json', manifest({ path: 'cardwright-host' }));
    desk.program();
    const isChrome = (args: readonly string[]) =>
      args[1] === `HKLM\\SOFTWARE\\Google\\Chrome\\NativeMessagingHosts\\${HOST_NAME}`;
    desk.programs.set('reg.exe', (args) =>
      isChrome(args) ? `\r\nHKEY\r\n    (Default)    REG_SZ    ${file}\r\n` : null,
    );
    const details = (await desk.check(CARDS.good))
      .filter(({ check }) => check.id === 'manifest')
      .map(({ check }) => check);
    expect(details).toContainEqual(
      expect.objectContaining({ outcome: 'passed', detail: expect.stringContaining('Chrome, Opera (computer)') }),
    );
  });
});
