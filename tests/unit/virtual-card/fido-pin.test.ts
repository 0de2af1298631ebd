import { beforeEach, describe, expect, it } from '@jest/globals';
import { CtapClient, map, padded, PIN, RP, Token } from './ctap-client.js';
import { authenticated, login, May, register, registration, withPin } from './ctap-credentials.js';

const OTHER = '482913';

describe.each([1, 2] as const)('the FIDO PIN, by PIN protocol %s', (protocol) => {
  it('is set, gives tokens, and is changed', async () => {
    const client = await CtapClient.insert('fido-key');
    expect(await client.option('clientPin')).toBe(false);
    expect((await client.askToken(PIN, { protocol })).status).toBe(0x35);
    expect(await client.changePin(PIN, OTHER, protocol)).toBe(0x35);
    expect(await client.setPin(PIN, protocol)).toBe(0);
    expect(await client.option('clientPin')).toBe(true);
    expect(await client.setPin(OTHER, protocol)).toBe(0x33);
    expect((await client.askToken(PIN, { protocol })).status).toBe(0);
    expect(await client.changePin(PIN, OTHER, protocol)).toBe(0);
    expect((await client.askToken(PIN, { protocol })).status).toBe(0x31);
    expect((await client.askToken(OTHER, { protocol, permissions: May.make, rpId: RP })).status).toBe(0);
  });

  it('is not set by a client that does not know the agreed secret', async () => {
    const client = await CtapClient.insert('fido-key');
    const secret = await client.agree(protocol);
    const sealed = secret.encrypt(padded(PIN));
    const code = secret.authenticate(sealed);
    code.writeUInt8(code.readUInt8(0) ^ 1, 0);
    const order = map([1, protocol], [2, 3], [3, secret.publicKey], [4, code], [5, sealed]);
    expect(await client.status(0x06, order)).toBe(0x33);
    expect(await client.option('clientPin')).toBe(false);
  });
});

describe('the FIDO PIN', () => {
  it.each([
    ['three characters', 'abc'],
    ['three characters of four bytes each', '🔑🔑🔑'],
    ['64 bytes', 'x'.repeat(64)],
  ])('does not have %s', async (_, pin) => {
    const client = await CtapClient.insert('fido-key');
    expect(await client.setPin(pin)).toBe(0x37);
    expect(await client.option('clientPin')).toBe(false);
  });

  it.each(['🔑🔑🔑🔑', 'x'.repeat(63)])('may be %s', async (pin) => {
    const client = await CtapClient.insert('fido-key');
    expect(await client.setPin(pin)).toBe(0);
    expect((await client.askToken(pin)).status).toBe(0);
  });

  it('is not accepted with an invalid agreement key, or one of another protocol', async () => {
    const client = await withPin('fido-key');
    expect(await client.status(0x06, map([1, 3], [2, 2]))).toBe(0x02);
    const { publicKey } = await client.agree();
    const order = (key: unknown) => map([1, 2], [2, 5], [3, key], [6, Buffer.alloc(32)]);
    expect(await client.status(0x06, order(new Map([...publicKey, [-2, Buffer.alloc(32)]])))).toBe(0x02);
    expect(await client.status(0x06, order(new Map([...publicKey, [3, -7]])))).toBe(0x02);
    expect(await client.status(0x06, map([1, 2], [2, 5], [6, Buffer.alloc(32)]))).toBe(0x14);
    expect(await client.retries()).toBe(8);
  });

  it('is blocked by three wrong ones until the card is taken out, whatever the reader does', async () => {
    const client = await withPin('fido-key');
    const wrong = async () => (await client.askToken(OTHER)).status;
    expect([await wrong(), await wrong(), await wrong()]).toEqual([0x31, 0x31, 0x34]);
    expect((await client.askToken(PIN)).status).toBe(0x34);
    expect(await client.changePin(PIN, OTHER)).toBe(0x34);
    expect(await client.retries()).toBe(5);
    await client.resetReader();
    expect((await client.askToken(PIN)).status).toBe(0x34);
    await client.reinsert();
    expect((await client.askToken(PIN)).status).toBe(0);
    expect(await client.retries()).toBe(8);
  });

  it('is blocked for good by eight wrong ones, and then by the right one too', async () => {
    const client = await withPin('fido-key');
    const statuses: number[] = [];
    for (let wrong = 0; wrong < 8; wrong++) {
      statuses.push((await client.askToken(OTHER)).status);
      if (statuses.at(-1) === 0x34) await client.reinsert();
    }
    expect(statuses).toEqual([0x31, 0x31, 0x34, 0x31, 0x31, 0x34, 0x31, 0x32]);
    expect((await client.askToken(PIN)).status).toBe(0x32);
    expect(await client.changePin(PIN, OTHER)).toBe(0x32);
    await client.reinsert();
    expect((await client.askToken(PIN)).status).toBe(0x32);
    expect(await client.retries()).toBe(0);
  });

  it('may have to be changed before anything else', async () => {
    const client = await withPin('fido-key');
    const token = await client.token(May.configure);
    expect(await client.status(0x0d, authenticated(0x0d, token, 3, map([3, true])))).toBe(0);
    expect((await client.info()).get(0x0c)).toBe(true);
    expect((await client.askToken(PIN)).status).toBe(0x31);
    expect((await client.askToken(PIN, { permissions: May.manage })).status).toBe(0x37);
    expect(await client.changePin(PIN, PIN)).toBe(0x37);
    expect(await client.changePin(PIN, OTHER)).toBe(0);
    expect((await client.info()).get(0x0c)).toBe(false);
    expect((await client.askToken(OTHER)).status).toBe(0);
  });

  it('is as long as was ordered, and the ordered length only grows', async () => {
    const client = await withPin('fido-key');
    const order = async (length: number) => {
      const token = await client.token(May.configure);
      return client.status(0x0d, authenticated(0x0d, token, 3, map([1, length])));
    };
    expect([await order(3), await order(64)]).toEqual([0x37, 0x37]);
    expect(await order(6)).toBe(0);
    expect((await client.info()).get(0x0c)).toBe(false);
    expect(await order(5)).toBe(0x37);
    expect(await order(8)).toBe(0);
    expect((await client.info()).get(0x0d)).toBe(8);
    // The one that is set is too short now.
    expect((await client.info()).get(0x0c)).toBe(true);
    expect(await client.changePin(PIN, OTHER)).toBe(0x37);
    expect(await client.changePin(PIN, `${OTHER}57`)).toBe(0);
  });

  it('is not easy to guess if the device was configured so, which it reports since CTAP 2.3', async () => {
    const client = await CtapClient.insert('yubikey-5.8', { pinComplexity: true });
    expect((await client.info()).get(0x1b)).toBe(true);
    expect([await client.setPin('77777777'), await client.setPin('123456')]).toEqual([0x37, 0x37]);
    // It only begins like one of them.
    expect(await client.setPin('12345678x')).toBe(0);
    expect((await (await CtapClient.insert('yubikey-5.8')).info()).get(0x1b)).toBe(false);
    expect((await (await CtapClient.insert('fido-key')).info()).has(0x1b)).toBe(false);
  });

  it('leaves a memory that does not have it', async () => {
    const client = await withPin('fido-key');
    expect(JSON.stringify(client.state.fido)).not.toContain(Buffer.from(PIN).toString('hex'));
    expect(JSON.stringify(client.state.fido)).not.toContain(PIN);
  });
});

describe('a token', () => {
  let client: CtapClient;

  beforeEach(async () => {
    client = await withPin('fido-key');
  });

  it.each([
    ['no permission', { permissions: 0 }, 0x02],
    ['a permission that there is not', { permissions: 0x08 }, 0x40],
    ['registration without a relying party', { permissions: May.make }, 0x14],
    ['login without a relying party', { permissions: May.assert }, 0x14],
  ])('is not given for %s, which costs no try', async (_, order, status) => {
    expect((await client.askToken(PIN, order)).status).toBe(status);
    expect((await client.askToken(OTHER, order)).status).toBe(status);
    expect(await client.retries()).toBe(8);
  });

  it('permits only what it was issued for, and only at its relying party', async () => {
    const make = async (permissions: number, rpId?: string) =>
      client.status(0x01, registration({ rk: true, token: await client.token(permissions, rpId) }));
    expect(await make(May.assert, RP)).toBe(0x33);
    expect(await make(May.manage)).toBe(0x33);
    expect(await make(May.make, 'other.example')).toBe(0x33);
    expect(await make(May.make, RP)).toBe(0);
    const manage = async (permissions: number, rpId?: string) =>
      client.status(0x0a, authenticated(0x0a, await client.token(permissions, rpId), 1));
    expect(await manage(May.assert, RP)).toBe(0x33);
    expect(await manage(May.manage, RP)).toBe(0x33);
    expect(await manage(May.manage)).toBe(0);
  });

  it('belongs to the first relying party that it is used for, as in CTAP 2.0', async () => {
    const { id } = await register(client);
    await register(client, { rpId: 'other.example' });
    const token = await client.token(undefined);
    expect(await client.status(0x02, login({ allow: [id], up: false, token }))).toBe(0);
    expect(await client.status(0x02, login({ rpId: 'other.example', up: false, token }))).toBe(0x33);
    expect(await client.status(0x02, login({ up: false, token }))).toBe(0);
    expect(await client.status(0x0a, authenticated(0x0a, token, 1))).toBe(0x33);
  });

  it('is spent by a touch, and not without one', async () => {
    await register(client);
    const token = await client.token(May.make | May.assert, RP);
    expect(await client.status(0x02, login({ up: false, token }))).toBe(0);
    expect(await client.status(0x02, login({ token }))).toBe(0);
    expect(await client.status(0x02, login({ token }))).toBe(0x33);
    expect(await client.status(0x01, registration({ token }))).toBe(0x33);
  });

  it('ends unused after thirty seconds, and used after ten minutes', async () => {
    const unused = await client.token(May.make, RP);
    client.clock.advance(30_000);
    expect(await client.status(0x01, registration({ token: unused }))).toBe(0x33);
    const used = await client.token(May.manage);
    expect(await client.status(0x0a, authenticated(0x0a, used, 1))).toBe(0);
    client.clock.advance(31_000);
    expect(await client.status(0x0a, authenticated(0x0a, used, 1))).toBe(0);
    client.clock.advance(570_000);
    expect(await client.status(0x0a, authenticated(0x0a, used, 1))).toBe(0x33);
  });

  it('ends with another PIN, another token, a wrong PIN and a reset of the reader', async () => {
    const manage = (token: Awaited<ReturnType<CtapClient['token']>>) =>
      client.status(0x0a, authenticated(0x0a, token, 1));
    const first = await client.token(May.manage);
    const second = await client.token(May.manage);
    expect([await manage(first), await manage(second)]).toEqual([0x33, 0]);
    await client.askToken(OTHER);
    expect(await manage(second)).toBe(0x33);
    const third = await client.token(May.manage);
    await client.resetReader();
    expect(await manage(third)).toBe(0x33);
    const fourth = await client.token(May.manage);
    expect(await client.changePin(PIN, OTHER)).toBe(0);
    expect(await manage(fourth)).toBe(0x33);
  });

  it('is valid for its own PIN protocol only', async () => {
    const token = await client.token(May.manage, undefined, 1);
    expect(await client.status(0x0a, authenticated(0x0a, new Token(2, token.bytes), 1))).toBe(0x33);
    expect(await client.status(0x0a, authenticated(0x0a, token, 1))).toBe(0);
  });

  it('permitted everything before CTAP 2.1', async () => {
    client = await withPin('yubikey-5.4', { contactless: true });
    expect((await client.askToken(PIN, { permissions: May.manage })).status).toBe(0x3e);
    const token = await client.token(undefined);
    expect(await client.status(0x0a, authenticated(0x0a, token, 1))).toBe(0x01);
    expect(await client.status(0x41, authenticated(0x0a, token, 1))).toBe(0);
    expect(await client.status(0x0d, authenticated(0x0d, token, 2))).toBe(0x01);
  });
});
