import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isFidoPin, parseFault, type ProfileName } from '@cardwright/virtual-card';
import { StateFile } from '../../../virtual-card/src/card/state-file.js';
import { FaultPlan } from '../../../virtual-card/src/faults.js';
import { pin as padded, SELECT_PIV } from './blank-chip.js';
import { cbor, CtapClient, map, PIN, SELECT_FIDO } from './ctap-client.js';
import { authenticated, isSignedBy, login, May, register, registration, withPin } from './ctap-credentials.js';

const OTHER = '482913';
const FACTORY = '123456';
const RESET = 0x07;

describe('the memory of a FIDO2 application', () => {
  it.each<ProfileName>(['fido-key', 'shared-pin'])('is read on %s as it was written, and works', async (profile) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-memory-'));
    try {
      const client = await withPin(profile);
      const { id, publicKey } = await register(client, { extensions: map(['credProtect', 2]) });
      const token = await client.token(May.configure);
      await client.call(0x0d, authenticated(0x0d, token, 3, map([1, 6], [2, ['example.com']], [3, true])));
      const file = path.join(folder, 'card.json');
      new StateFile(file).save(client.state);
      const state = new StateFile(file).load();
      if (!state) throw new Error('nothing was read');
      expect(state).toEqual(client.state);
      const again = await CtapClient.of(state);
      expect((await again.info()).get(0x0c)).toBe(true);
      expect(isSignedBy(publicKey, (await again.call(0x02, login({ allow: [id], up: false }))).map)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is made for a card that was kept before there was any', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-memory-'));
    try {
      const file = path.join(folder, 'card.json');
      const before = {
        ...{ profile: 'yubikey-5.8', serial: 31_415_926, keys: {}, objects: { '0x5FC102': '3000' } },
        pin: { value: '313233343536ffff', triesLeft: 2, tries: 3 },
        puk: { value: '3132333435363738', triesLeft: 3, tries: 3 },
        managementKey: { algorithm: 0x0a, key: '0102030405060708'.repeat(3), touch: false },
      };
      writeFileSync(file, JSON.stringify(before));
      const state = new StateFile(file).load();
      if (!state) throw new Error('nothing was read');
      const client = await CtapClient.of(state);
      expect(await client.setPin(PIN)).toBe(0);
      new StateFile(file).save(client.state);
      const kept = new StateFile(file).load();
      expect(kept?.pin.triesLeft).toBe(2);
      expect(kept?.objects).toEqual(new Map([[0x5fc102, Buffer.from('3000', 'hex')]]));
      expect(kept && isFidoPin(kept, PIN)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is not in the file of a card whose application was never used', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-memory-'));
    try {
      const client = await CtapClient.insert('yubikey-5.8');
      const file = path.join(folder, 'card.json');
      new StateFile(file).save(client.state);
      expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object)).not.toContain('fido');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a reset', () => {
  it('restores the factory state within ten seconds and with a touch, even if the PIN is blocked', async () => {
    const client = await withPin('fido-key');
    const { id } = await register(client, { rk: false });
    await register(client);
    for (let wrong = 0; wrong < 3; wrong++) await client.askToken(OTHER);
    await client.reinsert();
    client.clock.advance(9_000);
    expect(await client.status(RESET)).toBe(0);
    expect(await client.option('clientPin')).toBe(false);
    expect(await client.retries()).toBe(8);
    expect(client.state.fido?.credentials).toEqual([]);
    expect(await client.status(0x02, login({ allow: [id], up: false }))).toBe(0x2e);
    expect(await client.setPin(OTHER)).toBe(0);
    expect((await client.askToken(OTHER)).status).toBe(0);
  });

  it('is refused later, and a reset of the reader does not help', async () => {
    const client = await withPin('fido-key');
    client.clock.advance(10_000);
    expect(await client.status(RESET)).toBe(0x30);
    await client.resetReader();
    expect(await client.status(RESET)).toBe(0x30);
    expect(isFidoPin(client.state, PIN)).toBe(true);
  });

  it.each([
    ['denied', 0x27],
    ['never', 0x2f],
  ] as const)('changes nothing if the touch is %s', async (touch, status) => {
    const client = await withPin('fido-key', { touch });
    expect(await client.status(RESET)).toBe(status);
    expect(isFidoPin(client.state, PIN)).toBe(true);
  });

  it('is refused over a transport that may not', async () => {
    const client = await CtapClient.insert('yubikey-5.8', { contactless: true });
    expect((await client.info()).get(0x1a)).toEqual(['smart-card', 'usb']);
    expect(await client.status(RESET)).toBe(0x30);
    expect(await (await CtapClient.insert('yubikey-5.8')).status(RESET)).toBe(0);
    expect(await (await CtapClient.insert('yubikey', { contactless: true })).status(RESET)).toBe(0);
  });
});

describe('a card with one PIN for PIV and FIDO', () => {
  const CHANGE_PIN = '0024008010';
  const RESET_RETRY_COUNTER = '002C008010';
  const piv = async (client: CtapClient, apdu: string): Promise<string> => {
    await client.apdu(SELECT_PIV);
    const answer = await client.apdu(apdu);
    await client.apdu(SELECT_FIDO);
    return answer;
  };
  const verify = (client: CtapClient, pin: string) => piv(client, `0020008008${padded(pin)}`);

  it('has no FIDO PIN while it has the one of the factory', async () => {
    const client = await CtapClient.insert('shared-pin');
    expect(await client.option('clientPin')).toBe(false);
    expect((await client.askToken(FACTORY)).status).toBe(0x35);
    expect((await client.info()).get(0x0d)).toBe(6);
  });

  it.each([
    ['a change', `${CHANGE_PIN}${padded(FACTORY)}${padded(PIN)}`],
    ['the PUK', `${RESET_RETRY_COUNTER}${padded('12345678')}${padded(PIN)}`],
  ])('gets its FIDO PIN by %s of the PIV application', async (_, apdu) => {
    const client = await CtapClient.insert('shared-pin');
    expect(await piv(client, apdu)).toBe('9000');
    expect(await client.option('clientPin')).toBe(true);
    expect(await client.setPin(OTHER)).toBe(0x33);
    expect((await client.askToken(PIN)).status).toBe(0);
    expect(isFidoPin(client.state, PIN)).toBe(true);
  });

  it('has another PIV PIN when FIDO sets or changes it', async () => {
    const client = await CtapClient.insert('shared-pin');
    expect(await client.setPin(PIN)).toBe(0);
    expect([await verify(client, FACTORY), await verify(client, PIN)]).toEqual(['63C7', '9000']);
    expect(await client.changePin(PIN, OTHER)).toBe(0);
    expect([await verify(client, PIN), await verify(client, OTHER)]).toEqual(['63C7', '9000']);
  });

  it.each(['12345', '123456789', FACTORY, '1234é'])('takes no FIDO PIN %s, which PIV could not have', async (pin) => {
    const client = await CtapClient.insert('shared-pin');
    expect(await client.setPin(pin)).toBe(0x37);
    expect(await verify(client, FACTORY)).toBe('9000');
  });

  it('counts wrong ones together', async () => {
    const client = await withPin('shared-pin');
    expect([await verify(client, OTHER), await verify(client, OTHER)]).toEqual(['63C7', '63C6']);
    expect(await client.retries()).toBe(6);
    expect((await client.askToken(OTHER)).status).toBe(0x31);
    expect(await piv(client, '00200080')).toBe('63C5');
    expect((await client.askToken(PIN)).status).toBe(0);
    expect(await piv(client, '00200080')).toBe('63C8');
  });

  it('is blocked in both, and the PUK helps both', async () => {
    const client = await withPin('shared-pin');
    for (let wrong = 0; wrong < 8; wrong++) await verify(client, OTHER);
    expect((await client.askToken(PIN)).status).toBe(0x32);
    expect(await piv(client, `${RESET_RETRY_COUNTER}${padded('12345678')}${padded(OTHER)}`)).toBe('9000');
    expect((await client.askToken(OTHER)).status).toBe(0);
  });

  it("gets no tries back by FIDO while it has the factory's PIN", async () => {
    const client = await CtapClient.insert('shared-pin');
    for (let wrong = 0; wrong < 8; wrong++) await verify(client, OTHER);
    expect(await client.setPin(PIN)).toBe(0x32);
    expect(await verify(client, FACTORY)).toBe('6983');
  });

  it('ends the tokens of a PIN that PIV has changed', async () => {
    const client = await withPin('shared-pin');
    const token = await client.token(May.manage);
    await piv(client, `${CHANGE_PIN}${padded(PIN)}${padded(OTHER)}`);
    expect(await client.status(0x0a, authenticated(0x0a, token, 1))).toBe(0x33);
  });

  it('is not reset by FIDO; a reset of PIV erases both', async () => {
    const client = await withPin('shared-pin');
    await register(client);
    expect(await client.status(RESET)).toBe(0x30);
    for (let wrong = 0; wrong < 8; wrong++) await verify(client, OTHER);
    const wrongPuk = `0024008110${padded('11111111')}${padded('22222222')}`;
    for (let wrong = 0; wrong < 3; wrong++) await piv(client, wrongPuk);
    expect(await piv(client, '00FB0000')).toBe('9000');
    expect(client.state.fido?.credentials).toEqual([]);
    expect(await client.option('clientPin')).toBe(false);
    expect(await piv(client, '00200080')).toBe('63C8');
  });
});

describe('a fault at a command of CTAP', () => {
  const message = (bytes: Buffer, cla = 0x80): Buffer =>
    Buffer.concat([Buffer.of(cla, 0x10, 0x80, 0x00, bytes.length), bytes, Buffer.of(0)]);
  const command = (byte: number, parameters?: unknown): Buffer =>
    message(Buffer.concat([Buffer.of(byte), parameters === undefined ? Buffer.alloc(0) : cbor(parameters)]));
  const kinds = (fault: string, ...apdus: Buffer[]) => {
    const plan = new FaultPlan([parseFault(fault)]);
    return apdus.map((apdu) => plan.next(apdu)?.kind);
  };
  const GET_INFO = command(0x04);
  const AGREE = command(0x06, map([1, 2], [2, 2]));
  const TOKEN = command(0x06, map([1, 2], [2, 9], [6, Buffer.alloc(16)]));
  const MAKE = Buffer.concat([Buffer.of(1), cbor(registration())]);

  it.each([
    ['pull@CTAP-GET-INFO', [GET_INFO, AGREE], ['pull', undefined]],
    ['mute@CTAP-CLIENT-PIN#2', [AGREE, GET_INFO, TOKEN, GET_INFO], [undefined, undefined, 'mute', 'mute']],
    ['pull-after@CTAP-GET-PIN-TOKEN', [AGREE, TOKEN], [undefined, 'pull-after']],
    ['pull@CTAP-GET-KEY-AGREEMENT', [TOKEN, AGREE], [undefined, 'pull']],
    ['pull@CTAP-GET-PIN-RETRIES', [AGREE, command(0x06, map([2, 1]))], [undefined, 'pull']],
    ['pull@CTAP-KEEP-ALIVE', [GET_INFO, Buffer.from('8011000000', 'hex')], [undefined, 'pull']],
    [
      'pull@CTAP-MAKE-CREDENTIAL',
      [message(MAKE.subarray(0, 100), 0x90), message(MAKE.subarray(100)), GET_INFO],
      [undefined, 'pull', undefined],
    ],
    ['pull@CTAP-GET-INFO', [Buffer.from('001080000104', 'hex'), GET_INFO], [undefined, 'pull']],
  ])('%s happens there', (fault, apdus, expected) => {
    expect(kinds(fault, ...apdus)).toEqual(expected);
  });
});
