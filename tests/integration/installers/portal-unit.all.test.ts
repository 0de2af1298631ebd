import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';
import { portalUnits } from '../../../installers/src/packages/portal/units.js';

/** Tenths, in the unit of `systemd-analyze security --threshold`: 1.5 of 10. */
const MOST_EXPOSURE = '15';
/** The same for the backup, which writes as root so that nobody who took over the portal can change a backup: 2.5. */
const MOST_EXPOSURE_OF_ROOT = '25';
const PROGRAM = '/usr/bin/cardwright-portal';

let folder: string;
let unit: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-unit-'));
  unit = path.join(folder, 'cardwright-portal.service');
  const text = readFileSync(inRepository('installers', 'portal', 'cardwright-portal.service'), 'utf8');
  // The program is not installed here.
  writeFileSync(unit, text.replaceAll(PROGRAM, inRepository('installers', 'portal', 'cardwright-portal')));
});
afterAll(() => rmSync(folder, { recursive: true }));

const directives = (name: string): string[] =>
  readFileSync(unit, 'utf8')
    .split('\n')
    .flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []));

it('is a unit without a fault that systemd finds', () => {
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});

it('has a unit for several processes beside it, which differs in the ports alone, and in that others run too', () => {
  const [single = '', several = ''] = ['cardwright-portal.service', 'cardwright-portal@.service'].map((name) =>
    portalUnits().get(name),
  );
  const linesOf = (text: string): string[] => text.split('\n').filter((line) => /^[^#]/.test(line));
  const added = linesOf(several).filter((line) => !linesOf(single).includes(line));
  const gone = linesOf(single).filter((line) => !linesOf(several).includes(line));
  expect(added.map((line) => line.replace(/^Description=.*/, 'Description'))).toEqual([
    'Description',
    'ExecStart=/usr/bin/cardwright-portal serve --shared',
    'Environment=PORT=808%i CARDWRIGHT_MONITOR_PORT=946%i',
  ]);
  expect(gone.map((line) => line.replace(/^Description=.*/, 'Description'))).toEqual([
    'Description',
    'ExecStart=/usr/bin/cardwright-portal serve',
  ]);
  const file = path.join(folder, 'cardwright-portal@.service');
  writeFileSync(file, several.replaceAll(PROGRAM, inRepository('installers', 'portal', 'cardwright-portal')));
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});

it('comes with a backup each night that systemd finds no fault in', () => {
  const units = ['cardwright-portal-backup.service', 'cardwright-portal-backup.timer'].map((name) => {
    const text = readFileSync(inRepository('installers', 'portal', name), 'utf8');
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  });
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...units], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});

it('leaves little room to an attacker who took over the portal', () => {
  const args = ['security', '--offline=true', `--threshold=${MOST_EXPOSURE}`, '--no-pager', unit];
  const { status, stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  expect([status, /Overall exposure level.*/.exec(stdout)?.[0]]).toEqual([0, expect.stringMatching(/[01]\.\d OK/)]);
});

it('leaves little room to an attacker who took over the backup, which has to be root', () => {
  const backup = path.join(folder, 'cardwright-portal-backup.service');
  writeFileSync(backup, portalUnits().get('cardwright-portal-backup.service') ?? '');
  const args = ['security', '--offline=true', `--threshold=${MOST_EXPOSURE_OF_ROOT}`, '--no-pager', backup];
  const { status, stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  expect([status, /Overall exposure level.*/.exec(stdout)?.[0]]).toEqual([0, expect.stringMatching(/[0-2]\.\d OK/)]);
});

it('has its keys and its settings from systemd, as files that must exist, and in no variable', () => {
  expect(directives('LoadCredential')).toEqual([
    'portal.toml:/etc/cardwright-portal/portal.toml',
    'portal.env:/etc/cardwright-portal/portal.env',
    'keys.json:/etc/cardwright-portal/keys.json',
  ]);
  expect(directives('Environment')).toEqual(['CARDWRIGHT_SETTINGS=%d']);
  expect(directives('EnvironmentFile')).toEqual([]);
});

it('runs as its own user, whose files only that user reads', () => {
  expect([directives('User'), directives('StateDirectoryMode'), directives('UMask')]).toEqual([
    ['cardwright-portal'],
    ['0700'],
    ['0077'],
  ]);
});

it.each(['postinst', 'prerm', 'postrm'])('has a %s that is a valid script of sh', (name) => {
  execFileSync('sh', ['-n', inRepository('installers', 'portal', 'debian', name)]);
});
