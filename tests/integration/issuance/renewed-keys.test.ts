// Alone proves: OpenSC opens mail of before a renewal.
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { Stage } from '@cardwright/stage';
import { HostProcess } from '../../support/host-process.js';
import { openOwnStage } from '../../support/own-stage.js';
import { PortalClient } from '../../support/portal-client.js';
import { portalOf } from '../../support/portal-options.js';

const PIN = '739154';
const MESSAGE = 'Only the owner of this card reads this.\n';
/** OpenSC's ids of the keys in 9D and 82. */
const [CURRENT, RETIRED] = ['03', '05'];
/** Length in bytes of what RSA-2048 encrypts, and of the initialisation vector of AES. */
const RSA_BYTES = 256;
const IV_BYTES = 16;

let stage: Stage;
let folder: string;
const file = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-mail-'));
  stage = await openOwnStage({
    readers: 1,
    browser: false,
    portal: portalOf({ algorithm: 'RSA-2048', models: ['yubikey'], newKeys: ['9D'], certificateDays: 10 }),
  });
});
afterAll(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
});

it('opens mail that was encrypted before the key was replaced, through OpenSC', async () => {
  const portal = await new PortalClient(stage.portal.url).login('alice');
  await stage.insert({ profile: 'yubikey' });
  expect(await operate(portal, 'issue')).toMatchObject({ deviceState: 'active' });
  const former = await certificateOf(CURRENT);
  writeFileSync(file('former.pem'), former.toString());
  writeFileSync(file('mail'), MESSAGE);
  await tool(
    'openssl',
    'cms',
    '-encrypt',
    '-binary',
    '-aes256',
    '-outform',
    'DER',
    ...['-in', file('mail'), '-out', file('mail.cms'), file('former.pem')],
  );

  expect(await operate(portal, 'renew')).toMatchObject({ state: 'done', error: null });

  // OpenSC shows a retired key only if the Key History Object counts it.
  const keys = await tool('pkcs15-tool', '--list-keys');
  expect(keys).toContain('[Retired KEY MAN 1]');
  expect(keys).not.toContain('[Retired KEY MAN 2]');
  expect((await certificateOf(RETIRED)).raw).toEqual(former.raw);
  const now = await certificateOf(CURRENT);
  expect(now.raw).not.toEqual(former.raw);
  expect(await decrypted(RETIRED)).toBe(MESSAGE);
  await expect(decrypted(CURRENT)).rejects.toThrow();
});

/** Runs an operation in a host that has ended afterwards: it reads a free card to watch it, and OpenSC waits for nobody. */
async function operate(portal: PortalClient, kind: string): Promise<OperationAnswer> {
  const cms = await portal.keys();
  const host = await HostProcess.start({ env: stage.env, origin: stage.portal.url, cms, choosePin: () => PIN });
  try {
    return await portal.operate(kind, host, await deviceOf(host));
  } finally {
    await host.close();
  }
}

async function deviceOf(from: HostProcess): Promise<DeviceInfo> {
  const { devices } = await from.call('device.list', {});
  const [device] = devices;
  if (!device) throw new Error('no device is listed');
  return device;
}

async function certificateOf(id: string): Promise<X509Certificate> {
  await tool(
    'pkcs11-tool',
    '--module',
    'opensc-pkcs11.so',
    '--read-object',
    '--type',
    'cert',
    '--id',
    id,
    '--output-file',
    file('certificate'),
  );
  return new X509Certificate(readFileSync(file('certificate')));
}

/** Decrypts the message: OpenSC opens the key of its content (RFC 5652, 6.2.1) with a key of the card, and openssl the content. */
async function decrypted(id: string): Promise<string> {
  const { encryptedKey, iv, content } = await partsOf(file('mail.cms'));
  writeFileSync(file('key.encrypted'), encryptedKey);
  writeFileSync(file('content.encrypted'), content);
  await tool(
    'pkcs11-tool',
    ...['--module', 'opensc-pkcs11.so', '--login', '--pin', 'env:CARD_PIN', '--decrypt', '--id', id],
    ...['--mechanism', 'RSA-PKCS', '--input-file', file('key.encrypted'), '--output-file', file('key')],
  );
  const key = readFileSync(file('key')).toString('hex');
  return tool(
    'openssl',
    'enc',
    '-d',
    '-aes-256-cbc',
    '-K',
    key,
    '-iv',
    iv.toString('hex'),
    '-in',
    file('content.encrypted'),
  );
}

/** Finds the parts of an encrypted message by their lengths: openssl prints where each begins. */
async function partsOf(message: string) {
  const der = readFileSync(message);
  const printed = await tool('openssl', 'asn1parse', '-inform', 'DER', '-in', message);
  const places = printed.split('\n').flatMap((line) => {
    const [, at, head, length, type] =
      /^ *(\d+):d=\d+ +hl=(\d+) l= *(\d+) prim: +(.+?) *(?:\[|:|$)/.exec(`${line} `) ?? [];
    const start = Number(at) + Number(head);
    return at === undefined ? [] : [{ type: type ?? '', value: der.subarray(start, start + Number(length)) }];
  });
  const find = (bytes: number): Buffer => {
    const found = places.find(({ type, value }) => type.startsWith('OCTET STRING') && value.length === bytes);
    if (!found) throw new Error(`there is no string of ${bytes} bytes:\n${printed}`);
    return found.value;
  };
  const content = places.find(({ type }) => type.startsWith('cont'))?.value;
  if (!content) throw new Error(`there is no content:\n${printed}`);
  return { encryptedKey: find(RSA_BYTES), iv: find(IV_BYTES), content };
}

async function tool(program: string, ...args: string[]): Promise<string> {
  const env = { ...stage.env, CARD_PIN: PIN };
  const { stdout } = await promisify(execFile)(program, args, { env, timeout: 120_000 });
  return stdout;
}
