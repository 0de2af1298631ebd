import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { vendorQuestion } from '../../../../portal/src/server/commands/init/vendor-question.js';
import { certify, type Certified } from '../../../integration/portal/support/attestation-authority.js';
import { der, pem } from '../../cms/attestation-scene.js';

let root: Certified;
let level: Certified;
let known: ReadonlyMap<string, string>;
beforeAll(async () => {
  root = await certify({ subject: 'Vendor root' });
  level = await certify({ subject: 'Vendor level', issuer: root });
  const names = [root, level].map((one) => [createHash('sha256').update(der(one)).digest('hex'), 'Known'] as const);
  known = new Map(names);
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-vendors-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
const judge = async (answer: string) => vendorQuestion(known).judge(answer);

it('takes all certificates of a folder or of a file, and leaves out what a vendor has for other applications', async () => {
  const other = await certify({ subject: 'Vendor FIDO', issuer: level });
  write('1-root.pem', `The root\n${pem(root)}`);
  write('2-level.CRT', pem(level) + pem(other));
  write('readme.txt', 'Nothing');
  const found = await judge(folder);
  for (const one of [root, level, other]) expect(found).toContain(pem(one).trim());
  expect(await judge(path.join(folder, '1-root.pem'))).toContain(pem(root).trim());
  expect(await judge('skip')).toBeNull();
});

it('names the first certificate that it does not know, with its fingerprint, and nothing that controls the terminal', async () => {
  const strange = await certify({ subject: 'Strange\u001b[2J' });
  write('all.pem', pem(root) + pem(strange));
  const refused = judge(folder);
  await expect(refused).rejects.toThrow(/Strange.*\(SHA-256 [0-9a-f]{64}\) is not known to Cardwright/);
  // oxlint-disable-next-line no-control-regex -- this is the character that must not be there
  await expect(refused).rejects.not.toThrow(/\u001b/);
});

it('waits for no named pipe, and reads no endless file', async () => {
  execFileSync('mkfifo', [path.join(folder, 'pipe.pem')]);
  await expect(judge(folder)).rejects.toThrow('what is there is no file');
  await expect(judge('/dev/zero')).rejects.toThrow('what is there is no file');
  rmSync(path.join(folder, 'pipe.pem'));
  write('long.pem', 'x'.repeat(128 * 1024 + 1));
  await expect(judge(folder)).rejects.toThrow('a file there has more than 128 KiB');
});
