import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID } from '@cardwright/protocol/identity';
import type { JsonObject } from '../../../../native-host/src/policies/json.js';
import { addPolicies, removePolicies, showPolicies } from '../../../../native-host/src/policies/policies.js';
import { CHROMIUM, Computer, FIREFOX, RECORD, SITES, TEMPLATE } from './computer.js';

let computer: Computer;
beforeEach(() => {
  computer = new Computer();
  computer.put('/run/keep', '');
  computer.put('/var/lib/keep', '');
});
afterEach(() => computer.remove());

const OTHER_ID = 'aaaabbbbccccddddeeeeffffgggghhhh';
const add = (template: unknown = TEMPLATE, ...browsers: string[]) =>
  addPolicies(computer.system, JSON.parse(JSON.stringify(template)) as JsonObject, browsers);

describe('adding a template to a computer without policies', () => {
  it('sets everything for every browser that reads such a template', () => {
    const added = add();
    expect(added.map(({ browser, file }) => `${browser} ${file}`)).toEqual([
      'Chrome /etc/opt/chrome/policies/managed/cardwright.json',
      'Chromium /etc/chromium/policies/managed/cardwright.json',
      'Edge /etc/opt/edge/policies/managed/cardwright.json',
      'Brave /etc/brave/policies/managed/cardwright.json',
      'Vivaldi /etc/opt/vivaldi/policies/managed/cardwright.json',
    ]);
    for (const { file } of added) expect(computer.json(file)).toEqual(TEMPLATE);
  });

  it('sets it only for the named browsers, in any letter case', () => {
    expect(add(TEMPLATE, 'edge', 'Chromium').map(({ browser }) => browser)).toEqual(['Chromium', 'Edge']);
    expect(computer.has('/etc/opt/chrome')).toBe(false);
  });

  it('leaves nothing behind when undone', () => {
    const before = computer.everything();
    add();
    removePolicies(computer.system);
    expect(computer.everything()).toEqual(before);
  });

  it('creates world-readable folders and files, and a record only for root, whatever the umask', () => {
    const umask = process.umask(0o077);
    try {
      add();
    } finally {
      process.umask(umask);
    }
    const modeOf = (file: string): number => statSync(computer.at(file)).mode & 0o777;
    expect([CHROMIUM, `${CHROMIUM}/cardwright.json`, RECORD].map(modeOf)).toEqual([0o755, 0o644, 0o600]);
  });

  it('replaces the former template, for the same browsers only', () => {
    add();
    const next = { NativeMessagingAllowlist: ['org.cardwright.host'], NativeMessagingUserLevelHosts: false };
    add(next, 'Chromium');
    expect(computer.json(`${CHROMIUM}/cardwright.json`)).toEqual(next);
    expect(computer.json('/etc/opt/chrome/policies/managed/cardwright.json')).toEqual(TEMPLATE);
    removePolicies(computer.system);
    expect(Object.keys(computer.everything()).filter((file) => file.startsWith('etc'))).toEqual([]);
  });

  it('changes nothing when it is added twice', () => {
    add();
    const before = computer.everything();
    add();
    expect(computer.everything()).toEqual(before);
  });
});

describe('adding to existing policies', () => {
  it('adds an entry to the file that sets its list, because Chromium uses one of two lists', () => {
    computer.put(`${CHROMIUM}/10-site.json`, {
      NativeMessagingAllowlist: ['org.other'],
      HomepageLocation: 'https://a/',
    });
    add(TEMPLATE, 'Chromium');
    expect(computer.json(`${CHROMIUM}/10-site.json`)).toEqual({
      NativeMessagingAllowlist: ['org.other', 'org.cardwright.host'],
      HomepageLocation: 'https://a/',
    });
    expect(computer.json(`${CHROMIUM}/cardwright.json`)).not.toHaveProperty('NativeMessagingAllowlist');
  });

  it('uses the last file by name, which is the one that Chromium obeys', () => {
    computer.put(`${CHROMIUM}/a.json`, { NativeMessagingAllowlist: ['org.a'] });
    computer.put(`${CHROMIUM}/z`, { NativeMessagingAllowlist: ['org.z'] });
    add(TEMPLATE, 'Chromium');
    expect(computer.json(`${CHROMIUM}/a.json`)).toEqual({ NativeMessagingAllowlist: ['org.a'] });
    expect(computer.json(`${CHROMIUM}/z`)).toEqual({ NativeMessagingAllowlist: ['org.z', 'org.cardwright.host'] });
  });

  it('adds our extension to the list, and our settings beside those of other extensions', () => {
    const theirs = {
      ExtensionSettings: { '*': { installation_mode: 'blocked' } },
      '3rdparty': { extensions: { [OTHER_ID]: { a: 1 } } },
    };
    computer.put(`${CHROMIUM}/site.json`, theirs);
    add(TEMPLATE, 'Chromium');
    expect(computer.json(`${CHROMIUM}/site.json`)).toEqual({
      ...theirs,
      ExtensionSettings: { '*': { installation_mode: 'blocked' }, ...TEMPLATE.ExtensionSettings },
    });
    expect(computer.json(`${CHROMIUM}/cardwright.json`)).toHaveProperty(
      ['3rdparty', 'extensions', CHROMIUM_EXTENSION_ID, 'allowedSites'],
      SITES,
    );
  });

  it('adds a site to the sites that another file allows', () => {
    const ours = (allowedSites: unknown) => ({
      '3rdparty': { extensions: { [CHROMIUM_EXTENSION_ID]: { allowedSites } } },
    });
    computer.put(`${CHROMIUM}/sites.json`, ours({ 'https://a.test': ['read'] }));
    add(TEMPLATE, 'Chromium');
    expect(computer.json(`${CHROMIUM}/sites.json`)).toEqual(ours({ 'https://a.test': ['read'], ...SITES }));
  });

  it("merges into Firefox's one file", () => {
    const theirs = {
      policies: { DisableTelemetry: true, ExtensionSettings: { 'a@b': { installation_mode: 'allowed' } } },
    };
    computer.put(FIREFOX, theirs);
    const ours = {
      [FIREFOX_EXTENSION_ID]: { installation_mode: 'force_installed', install_url: 'https://a.test/x.xpi' },
    };
    const settings = { Extensions: { [FIREFOX_EXTENSION_ID]: { allowedSites: SITES } } };
    add({ policies: { ExtensionSettings: ours, '3rdparty': settings } });
    expect(computer.json(FIREFOX)).toEqual({
      policies: {
        DisableTelemetry: true,
        ExtensionSettings: { 'a@b': { installation_mode: 'allowed' }, ...ours },
        '3rdparty': settings,
      },
    });
    removePolicies(computer.system);
    expect(computer.json(FIREFOX)).toEqual(theirs);
  });

  it('keeps the owner and the permissions of a file', () => {
    computer.put(`${CHROMIUM}/site.json`, { NativeMessagingAllowlist: [] });
    chmodSync(computer.at(`${CHROMIUM}/site.json`), 0o640);
    add(TEMPLATE, 'Chromium');
    expect(statSync(computer.at(`${CHROMIUM}/site.json`)).mode & 0o777).toBe(0o640);
  });

  it('writes its drafts outside the folder, where Chromium reads every file', () => {
    // A folder in its place prevents writing.
    mkdirSync(computer.at(`${CHROMIUM}/.cardwright-${process.pid}`), { recursive: true });
    add(TEMPLATE, 'Chromium');
    expect(readdirSync(computer.at(CHROMIUM)).sort()).toEqual([`.cardwright-${process.pid}`, 'cardwright.json']);
    expect(readdirSync(computer.at('/etc/chromium/policies'))).toEqual(['managed']);
  });
});

describe('undoing it', () => {
  it('restores every file to the byte, whatever its format', () => {
    const odd = '{\n\t"NativeMessagingAllowlist": [ "org.other" ],\r\n\t"X": 1.50 }';
    computer.put(`${CHROMIUM}/odd.json`, odd);
    computer.put(FIREFOX, '{"policies":{}}');
    const before = computer.everything();
    add();
    add({ policies: { DisableTelemetry: true } });
    expect(computer.text(`${CHROMIUM}/odd.json`)).not.toBe(odd);
    removePolicies(computer.system);
    expect(computer.everything()).toEqual(before);
  });

  it('keeps an entry that existed before', () => {
    const text = computer.put(`${CHROMIUM}/site.json`, { NativeMessagingAllowlist: ['org.cardwright.host'] });
    add(TEMPLATE, 'Chromium');
    expect(computer.text(`${CHROMIUM}/site.json`)).toBe(text);
    removePolicies(computer.system);
    expect(computer.text(`${CHROMIUM}/site.json`)).toBe(text);
  });

  it('keeps what was changed or added by hand', () => {
    computer.put(`${CHROMIUM}/site.json`, { NativeMessagingAllowlist: ['org.other'] });
    add(TEMPLATE, 'Chromium');
    const list = { NativeMessagingAllowlist: ['org.cardwright.host', 'org.third'] };
    computer.put(`${CHROMIUM}/site.json`, list);
    const support = { name: 'Another desk' };
    computer.put(`${CHROMIUM}/cardwright.json`, {
      '3rdparty': { extensions: { [CHROMIUM_EXTENSION_ID]: { support } } },
    });
    expect(
      showPolicies(computer.system).flatMap(({ additions }) => additions.filter(({ isThere }) => !isThere)),
    ).toHaveLength(4);
    removePolicies(computer.system);
    expect(computer.json(`${CHROMIUM}/site.json`)).toEqual({ NativeMessagingAllowlist: ['org.third'] });
    expect(computer.json(`${CHROMIUM}/cardwright.json`)).toEqual({
      '3rdparty': { extensions: { [CHROMIUM_EXTENSION_ID]: { support } } },
    });
  });

  it('does not restore a file that was removed by hand', () => {
    computer.put(`${CHROMIUM}/site.json`, { NativeMessagingAllowlist: [] });
    add(TEMPLATE, 'Chromium');
    computer.put(`${CHROMIUM}/site.json`, {});
    removePolicies(computer.system);
    expect(computer.json(`${CHROMIUM}/site.json`)).toEqual({});
    expect(computer.has(`${CHROMIUM}/cardwright.json`)).toBe(false);
  });

  it('does nothing if nothing was added', () => {
    const before = computer.everything();
    expect(removePolicies(computer.system)).toEqual({ files: [], troubles: [] });
    expect(computer.everything()).toEqual(before);
  });
});
