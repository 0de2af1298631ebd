import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { addPolicy, removePolicy, showPolicy } from '../../../../native-host/src/cli/policy.js';
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

describe('cardwright-host policy', () => {
  it('reports what it added and where, or that all was there already', () => {
    computer.put(`${CHROMIUM}/site.json`, { NativeMessagingAllowlist: [] });
    computer.put('/etc/opt/edge/policies/managed/copied.json', TEMPLATE);
    expect(addPolicy(computer.system, print, template(), ['chromium', 'edge'])).toBe(0);
    expect(lines.slice(0, -1)).toEqual([
      `Chromium: ${CHROMIUM}/site.json: NativeMessagingAllowlist`,
      `Chromium: ${CHROMIUM}/cardwright.json: ExtensionSettings, 3rdparty`,
      'Edge: has all of it already',
    ]);
    expect(lines.at(-1)).toContain('chrome://policy');
  });

  it('names policies of Firefox in its terms', () => {
    addPolicy(computer.system, print, template({ policies: { DisableTelemetry: true } }), []);
    expect(lines[0]).toBe(`Firefox: ${FIREFOX}: DisableTelemetry`);
  });

  it('shows what it added, and what was changed since', () => {
    expect(showPolicy(computer.system, print)).toBe(0);
    expect(lines.splice(0)).toEqual(['Nothing was added.']);
    addPolicy(computer.system, print, template({ NativeMessagingAllowlist: ['org.cardwright.host'], X: 1 }), [
      'chromium',
    ]);
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
    addPolicy(computer.system, print, template(), ['chromium', 'edge']);
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
      () => addPolicy(elsewhere, print, template(), []),
      () => removePolicy(elsewhere, print, print),
      () => showPolicy(elsewhere, print),
    ]) {
      expect(run).toThrow(words);
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
