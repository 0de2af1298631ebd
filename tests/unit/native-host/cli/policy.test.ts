// Needs the build.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID } from '@cardwright/protocol/identity';
import { settings, type PolicySchema } from '@cardwright/protocol/settings';
import { addPolicy, removePolicy, showPolicy } from '../../../../native-host/src/cli/policy.js';
import { allowedAt } from '../../../../native-host/src/policies/allowed-values.js';
import { PolicyError } from '../../../../native-host/src/policies/policy-error.js';
import type { System } from '../../../../native-host/src/system/system.js';
import { CHROMIUM, Computer, FIREFOX, TEMPLATE } from '../policies/computer.js';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const NOBODY = 65_534;

let computer: Computer;
let lines: string[];
const print = (line: string): void => void lines.push(line);
beforeEach(() => {
  computer = new Computer();
  lines = [];
});
afterEach(() => computer.remove());

/** Writes an edited template, and returns its path. */
function template(content: unknown = TEMPLATE): string {
  computer.put('/root/edited.json', content);
  return computer.at('/root/edited.json');
}

/** Adds a template, by a host in `/opt/host` of the computer. */
const add = (file: string, ...browsers: string[]): number =>
  addPolicy(computer.system, print, { file, browsers, main: computer.at('/opt/host/main.js') });

describe('cardwright-host policy', () => {
  it('reports what it added and where, or that all was there already', () => {
    computer.put(`${CHROMIUM}/site.json`, { NativeMessagingAllowlist: [] });
    computer.put('/etc/opt/edge/policies/managed/copied.json', TEMPLATE);
    expect(add(template(), 'chromium', 'edge')).toBe(0);
    expect(lines.slice(0, -1)).toEqual([
      `Chromium: ${CHROMIUM}/site.json: NativeMessagingAllowlist`,
      `Chromium: ${CHROMIUM}/cardwright.json: ExtensionSettings, 3rdparty`,
      'Edge: has all of it already',
    ]);
    expect(lines.at(-1)).toContain('chrome://policy');
  });

  it('names policies of Firefox in its terms', () => {
    add(template({ policies: { DisableTelemetry: true } }));
    expect(lines[0]).toBe(`Firefox: ${FIREFOX}: DisableTelemetry`);
  });

  it('shows what it added, and what was changed since', () => {
    expect(showPolicy(computer.system, print)).toBe(0);
    expect(lines.splice(0)).toEqual(['Nothing was added.']);
    add(template({ NativeMessagingAllowlist: ['org.cardwright.host'], X: 1 }), 'chromium');
    computer.put(`${CHROMIUM}/cardwright.json`, { NativeMessagingAllowlist: ['org.cardwright.host'], X: 2 });
    lines = [];
    showPolicy(computer.system, print);
    expect(lines).toEqual([
      `Chromium: ${CHROMIUM}/cardwright.json`,
      '  NativeMessagingAllowlist: "org.cardwright.host"',
      '  X: 1 (changed or removed since)',
    ]);
  });

  it('undoes its changes, and reports files that it could not change', () => {
    expect(removePolicy(computer.system, print, print)).toBe(0);
    expect(lines.splice(0)).toEqual(['Nothing was added.']);
    add(template(), 'chromium', 'edge');
    computer.put(`${CHROMIUM}/cardwright.json`, '{');
    lines = [];
    const problems: string[] = [];
    expect(removePolicy(computer.system, print, (line) => void problems.push(line))).toBe(1);
    expect(lines).toEqual(['/etc/opt/edge/policies/managed/cardwright.json: removed what was added']);
    expect(problems).toEqual([expect.stringContaining(`${CHROMIUM}/cardwright.json is not plain JSON`)]);
  });

  it.each([
    ['win32', /chrome\.reg.*Cardwright\.admx/],
    ['darwin', /chrome\.mobileconfig.*MDM/],
  ] as const)('names the template to use on %s instead', (platform, words) => {
    const elsewhere: System = { ...computer.system, platform };
    for (const run of [
      () => addPolicy(elsewhere, print, { file: template(), browsers: [], main: '/opt/host/main.js' }),
      () => removePolicy(elsewhere, print, print),
      () => showPolicy(elsewhere, print),
    ]) {
      expect(run).toThrow(words);
    }
  });
});

describe('a template with settings that the extension cannot read', () => {
  const chromium = (settings: unknown, id = CHROMIUM_EXTENSION_ID) => ({
    '3rdparty': { extensions: { [id]: settings } },
  });
  const firefox = (settings: unknown, id = FIREFOX_EXTENSION_ID) => ({
    policies: { '3rdparty': { Extensions: { [id]: settings } } },
  });

  it.each<[string, unknown, RegExp]>([
    [
      'an e-mail address without an @',
      { support: { name: 'Desk', email: 'help.corp.test' } },
      /support\.email: allowed is an e-mail address such as help@example\.org\./,
    ],
    [
      'a download by http',
      { support: { windows: 'http://get.corp.test/host.msi' } },
      /support\.windows: allowed is an https address/,
    ],
    ['a misspelt setting', { allowedsites: {} }, /allowedsites: allowed is one of the settings .*allowedSites/],
    ['a misspelt member', { support: { mail: 'a@b.test' } }, /support\.mail: allowed is .* name, phone, email/],
    ['a misspelt rule', { pinRules: { minLenght: 8 } }, /pinRules\.minLenght: allowed is .*minLength, fidoMinLength/],
    [
      'a rule out of bounds',
      { pinRules: { minLength: 12 } },
      /pinRules\.minLength: allowed is a whole number from 4 to 8/,
    ],
    ['a site with a slash', { allowedSites: { 'https://cms.acme.test/': ['read'] } }, /no slash at the end/],
    [
      'a misspelt path of a relying party',
      { foreignRelyingParties: { 'https://cms.acme.test': [{ origin: 'https://login.acme.test', paht: '/a' }] } },
      /foreignRelyingParties\.https:\/\/cms\.acme\.test\.0\.paht: allowed is for each site/,
    ],
    ['a model that does not exist', { allowedDevices: ['YubiKey'] }, /allowedDevices\.0: allowed is a list of yubikey/],
    ['a level that does not exist', { logLevel: 'debug' }, /logLevel: allowed is one of off, error, warn, info/],
    ['a text for a flag', { inspectorPanel: 'yes' }, /inspectorPanel: allowed is true or false/],
    ['no settings', ['allowedSites'], /allowed is an object with settings/],
  ])('is refused, and changes nothing: %s', (_, settings, words) => {
    for (const content of [chromium(settings), firefox(settings)]) {
      const file = template(content);
      const before = computer.everything();
      expect(() => add(file)).toThrow(PolicyError);
      expect(() => add(file)).toThrow(/edited\.json: .* \[POLICY_UNREADABLE\]/);
      expect(() => add(file)).toThrow(words);
      expect(computer.everything()).toEqual(before);
    }
  });

  it('is refused with all that is wrong at once', () => {
    const file = template(chromium({ support: { email: 'x', linux: 'http://a.test/' }, locale: 'qaa' }));
    expect(() => add(file)).toThrow(/support\.email.*\n.*support\.linux.*\n.*locale/);
  });

  it('is refused for each id that the host obeys, and says nothing of other extensions', () => {
    const [own, other] = ['a'.repeat(32), 'b'.repeat(32)];
    computer.put('/etc/cardwright/extensions.json', { chromium: [own] });
    computer.put('/opt/host/main.js', '');
    expect(() => add(template(chromium({ locale: 'qaa' }, own)))).toThrow(`${own} / locale`);
    expect(add(template(chromium({ locale: 'qaa' }, other)))).toBe(0);
  });
});

describe('the allowed values', () => {
  it.each(Object.entries(settings))('are said of %s and its members', (key, setting) => {
    const schema: PolicySchema = setting.schema;
    const members = schema.type === 'object' ? Object.keys(schema.properties ?? {}) : [];
    for (const name of [key, ...members.map((member) => `${key}.${member}`)]) {
      expect(allowedAt(name)).toMatch(/^[a-z].*\w|\)$/);
      expect(allowedAt(name)).not.toMatch(/undefined|object with the members $|settings inspectorPanel/);
    }
  });
});

describe('cardwright-host policy by hand', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-host-'));
    cpSync(path.join(ROOT, 'native-host', 'dist', 'bundle'), folder, { recursive: true });
    execFileSync('chmod', ['-R', 'a+rX', folder]);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs the built host as an unprivileged account; a test that runs as root becomes `nobody`. */
  const run = (...args: string[]) => {
    const account = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    const file = path.join(folder, 'main.js');
    return spawnSync(process.execPath, [file, 'policy', ...args], { ...account, cwd: folder, encoding: 'utf8' });
  };

  it.each([['remove'], ['add', 'edited.json', '--browser', 'chromium']])('needs root: policy %s', (...args) => {
    computer.put('/edited.json', TEMPLATE);
    cpSync(computer.at('/edited.json'), path.join(folder, 'edited.json'));
    const { status, stderr, stdout } = run(...args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe('Policies are changed by the administrator: run this command as root, such as with sudo.\n');
  });

  it.each([[], ['add'], ['add', 'a', 'b'], ['remove', 'a'], ['show', '--browser', 'x'], ['other']])(
    'names what is wrong: policy %s',
    (...args) => {
      const { status, stderr } = run(...args);
      expect(status).toBe(2);
      expect(stderr).toMatch(/`policy( \w+)?` (needs|does not take|has no option)/);
    },
  );
});
