import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { filesBelow } from '../../../installers/src/parts/files-below.js';
import { compileLauncher } from '../../../installers/src/packages/host-msi/launcher-exe.js';
import { HostMsis, rowsOf, tablesOf } from '../../support/windows/host-msi.js';
import { whyNoWindows } from '../../support/windows/wine.js';

const FILES = ['node.exe', 'app/main.js', 'chromium.json', 'firefox.json'];
const missing = whyNoWindows();
const describeWindows = missing === null ? describe : describe.skip;

describeWindows(`the MSI, as it is made${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  const msis = new HostMsis();
  let msi: string;
  const propertiesOf = (file: string) =>
    new Map(rowsOf(file, 'Property').map(([name = '', value = '']) => [name, value]));

  beforeAll(() => {
    msi = msis.small('1.2.3', FILES);
  });
  afterAll(() => msis.remove());

  it('has the same tables and the same files in two builds', () => {
    const again = msis.small('1.2.3', FILES);
    expect(tablesOf(again)).toEqual(tablesOf(msi));
    for (const table of tablesOf(msi)) expect(rowsOf(again, table)).toEqual(rowsOf(msi, table));
    expect(unpacked(again)).toEqual(unpacked(msi));
  });

  it('is another product of the same family in another version', () => {
    const next = propertiesOf(msis.small('1.2.4', FILES));
    const properties = propertiesOf(msi);
    expect(next.get('UpgradeCode')).toBe('{6D1F0D0C-3C2B-4F0E-9C0A-6E5B7D6F7816}');
    expect(properties.get('UpgradeCode')).toBe(next.get('UpgradeCode'));
    expect(properties.get('ProductCode')).not.toBe(next.get('ProductCode'));
    expect(properties.get('ProductVersion')).toBe('1.2.3');
  });

  it('is for all users, and takes its properties from the installing user', () => {
    const properties = propertiesOf(msi);
    expect(properties.get('ALLUSERS')).toBe('1');
    const browsers = ['CHROME', 'CHROMIUM', 'EDGE', 'BRAVE', 'VIVALDI', 'FIREFOX'].map((name) => `REGISTER_${name}`);
    for (const name of browsers) expect(properties.get(name)).toBe('1');
    expect(properties.get('WRITEPOLICY')).toBe('0');
    const secure = properties.get('SecureCustomProperties')?.split(';');
    const searched = rowsOf(msi, 'AppSearch').map(([name]) => name);
    expect(secure).toEqual(expect.arrayContaining([...browsers, 'WRITEPOLICY', ...searched, 'WIX_UPGRADE_DETECTED']));
  });

  it.each(['1.2', '1.2.3-beta.1', '1.2.3.4', '1.2.70000a'])('refuses the version %s', (version) => {
    expect(() => msis.small(version, FILES)).toThrow('An MSI has no version such as');
  });

  it('has a launcher that is the same twice, needs only kernel32, and is protected', () => {
    const [one, two] = [msis.folder(), msis.folder()].map((folder) => {
      const file = path.join(folder, 'launcher.exe');
      compileLauncher(file, '1.2.3', msis.folder());
      return file;
    });
    expect(readFileSync(two ?? '').equals(readFileSync(one ?? ''))).toBe(true);
    const told = execFileSync('x86_64-w64-mingw32-objdump', ['-p', one ?? ''], { encoding: 'utf8' });
    expect([...told.matchAll(/DLL Name: (.*)/g)].map(([, name]) => name)).toEqual(['KERNEL32.dll']);
    for (const protection of ['HIGH_ENTROPY_VA', 'DYNAMIC_BASE', 'NX_COMPAT']) expect(told).toContain(protection);
    expect(readFileSync(one ?? '').length).toBeLessThan(16_384);
  });

  /** Lists its files with their contents. */
  function unpacked(file: string): [name: string, content: string][] {
    const folder = msis.folder();
    execFileSync('msiextract', ['-C', folder, file], { stdio: 'ignore' });
    return filesBelow(folder).map((name) => [name, readFileSync(path.join(folder, name), 'hex')]);
  }
});
