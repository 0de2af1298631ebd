import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { authority } from '../../../portal/src/server/commands/authority.js';
import { createKeyFile, readKeyRing } from '../../../portal/src/server/keys/key-ring.js';

const DAY = 24 * 60 * 60 * 1000;
const TODAY = new Date('2026-12-01T12:00:00.000Z');

let folder: string;
let file: string;
let lines: string[];
let environment: NodeJS.ProcessEnv;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-authority-'));
  file = path.join(folder, 'keys.json');
  await createKeyFile(file);
  lines = [];
  environment = { CARDWRIGHT_SETTINGS: folder, CARDWRIGHT_KEYS: file, CARDWRIGHT_ORIGIN: 'https://portal.example.com' };
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (args: readonly string[], now = TODAY, more: NodeJS.ProcessEnv = {}): Promise<number> => {
  // As `readSettings` gives it to a command: the value of a secret, and where it is from.
  const text = more.CARDWRIGHT_KEYS ?? file;
  return authority(
    args,
    { ...environment, ...more, CARDWRIGHT_KEYS: text },
    (line) => lines.push(line),
    () => now,
  );
};
const keys = () => readKeyRing(readFileSync(file, 'utf8'));

describe('`authority renew`', () => {
  it('adds an authority to the key file, which begins in thirty days, and says what is to be done', async () => {
    const before = await keys();
    expect(await run(['renew'])).toBe(0);
    const after = await keys();
    expect(after.authority).toEqual(before.authority);
    expect(after.laterAuthorities).toMatchObject([{ from: '2026-12-31T12:00:00.000Z' }]);
    expect(lines.join('\n')).toMatch(/issues certificates\n +http:\/\/portal\.example\.com\/ca\/ca\.der/);
    expect(lines.join('\n')).toMatch(
      /issues from 2026-12-31 on\n +http:\/\/portal\.example\.com\/ca\/[0-9a-f]{40}\/ca\.der/,
    );
    expect(lines.join('\n')).toContain('Restart each process');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });

  it('prints no key', async () => {
    await run(['renew']);
    const { authority: first, laterAuthorities, cookieKey } = await keys();
    for (const { key } of [first, ...laterAuthorities]) expect(lines.join('\n')).not.toContain(key.d);
    expect(lines.join('\n')).not.toContain(cookieKey.toString('base64url'));
  });

  it('keeps the name of the present one, or takes another', async () => {
    rmSync(file);
    await createKeyFile(file, '#1 Example CA');
    const names = async () =>
      (await keys()).laterAuthorities.map(({ certificate }) => new X509Certificate(certificate).subject.split('\n')[0]);
    await run(['renew', '--in-days', '0']);
    expect(await names()).toEqual([String.raw`CN=\#1 Example CA`]);
    await run(['renew', '--name', 'Example CA 2']);
    expect(await names()).toEqual([String.raw`CN=\#1 Example CA`, 'CN=Example CA 2']);
    expect(await run(['renew', '--name', 'a\u202eb'])).toBe(1);
    expect(await run(['list', '--name', 'Example CA'])).toBe(1);
  });

  it('makes a third one only once the second has begun', async () => {
    await run(['renew', '--in-days', '0']);
    await run(['renew', '--in-days', '10']);
    await expect(run(['renew'])).rejects.toThrow('about to begin, on 2026-12-11');
    expect((await keys()).laterAuthorities).toHaveLength(2);
    lines = [];
    await run(['list']);
    expect(lines.filter((line) => !line.startsWith(' ')).map((line) => line.split(': ').at(-1))).toEqual([
      'signs its CRL',
      'issues certificates',
      'issues from 2026-12-11 on',
    ]);
  });

  it('loses no key where two renew at once: one of them is told', async () => {
    const renewals = await Promise.allSettled([run(['renew']), run(['renew'])]);
    expect(renewals.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [refused] = renewals.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
    expect(refused).toMatch(/another process is changing the key file|another authority is about to begin/);
    const { laterAuthorities } = await keys();
    expect(laterAuthorities).toHaveLength(1);
    // The address that was printed is that of the key in the file.
    expect(lines.filter((line) => /\/[0-9a-f]{40}\//.test(line))).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });

  it('names the lock of a renewal that was interrupted, and changes nothing', async () => {
    const before = readFileSync(file, 'utf8');
    const lock = path.join(folder, '.keys.json.lock');
    writeFileSync(lock, '');
    await expect(run(['renew'])).rejects.toThrow(
      `another process is changing the key file. If none is, one was interrupted: remove ${lock}`,
    );
    expect(readFileSync(file, 'utf8')).toBe(before);
    rmSync(lock);
    expect(await run(['renew'])).toBe(0);
  });

  it('refuses a beginning after the end of the present authority, until which nothing would be issued', async () => {
    const { authority: first } = await keys();
    const end = new Date(new X509Certificate(first.certificate).validTo);
    const before = (days: number) => new Date(end.getTime() - days * DAY);
    const day = end.toISOString().slice(0, 10);
    await expect(run(['renew'], before(29.5))).rejects.toThrow(
      `the present authority ends on ${day}, so no certificate would be issued until`,
    );
    await expect(run(['renew'], before(29.5))).rejects.toThrow('Give --in-days 29 or fewer');
    await expect(run(['renew', '--in-days', '1'], before(-10))).rejects.toThrow(/Give --in-days 0$/);
    expect((await keys()).laterAuthorities).toEqual([]);
    expect(await run(['renew', '--in-days', '29'], before(29.5))).toBe(0);
  });

  it('makes another one at once after the end of the present one', async () => {
    const { authority: first } = await keys();
    const end = new Date(new X509Certificate(first.certificate).validTo);
    expect(await run(['renew', '--in-days', '0'], new Date(end.getTime() + DAY))).toBe(0);
  });

  it.each([
    [[]],
    [['renew', '--in-days', '366']],
    [['renew', '--in-days', '-1']],
    [['renew', 'now']],
    [['list', '--in-days', '3']],
    [['end']],
  ])('explains itself for %j, and changes nothing', async (args) => {
    const before = readFileSync(file, 'utf8');
    expect(await run(args)).toBe(1);
    expect(lines).toEqual(['Usage: authority list', '       authority renew [--in-days DAYS] [--name TEXT]']);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('refuses if a module issues the certificates', async () => {
    await expect(run(['renew'], TODAY, { CARDWRIGHT_AUTHORITY: '/x.mjs' })).rejects.toThrow('a module issues');
  });

  it('refuses if the keys are not in a file', async () => {
    const inline = { CARDWRIGHT_KEYS: readFileSync(file, 'utf8') };
    await expect(run(['renew'], TODAY, inline)).rejects.toThrow('in the variable CARDWRIGHT_KEYS');
  });

  it('leaves a key file alone that is not valid', async () => {
    writeFileSync(file, '{}');
    await expect(run(['renew'])).rejects.toThrow('the key file is not valid');
    expect(readFileSync(file, 'utf8')).toBe('{}');
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });
});
