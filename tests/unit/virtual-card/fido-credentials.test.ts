import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { testFidoRootPath, type ProfileName } from '@cardwright/virtual-card';
import { asBytes, asMap, type CborMap, CtapClient, map, RP, sha256 } from './ctap-client.js';
import {
  authenticated,
  isSignedBy,
  login,
  May,
  readAuthData,
  register,
  registration,
  withPin,
} from './ctap-credentials.js';

const Flag = { up: 0x01, uv: 0x04 } as const;
const OTHER_RP = 'other.example';
let client: CtapClient;

beforeEach(async () => {
  client = await withPin('fido-key');
});

describe('a new credential', () => {
  it.each([-7, -8])('signs with the reported key of algorithm %s', async (algorithm) => {
    const { id, publicKey, flags } = await register(client, { algorithms: [-257, algorithm] });
    expect(publicKey.get(3)).toBe(algorithm);
    expect(flags & (Flag.up | Flag.uv)).toBe(Flag.up | Flag.uv);
    const token = await client.token(May.assert, RP);
    const { status, map: answer } = await client.call(0x02, login({ allow: [id], token }));
    expect(status).toBe(0);
    expect(isSignedBy(publicKey, answer)).toBe(true);
    expect(readAuthData(answer).rpIdHash).toEqual(sha256(RP));
    expect(readAuthData(answer).flags).toBe(Flag.up | Flag.uv);
  });

  it.each<[ProfileName, string, number | undefined]>([
    ['yubikey-5.8', 'packed', 1],
    ['fido-soft', 'packed', undefined],
    ['fido-soft-none', 'none', undefined],
  ])('on %s is attested as %s with %s certificates', async (profile, format, certificates) => {
    client = await withPin(profile);
    const token = await client.token(May.make, RP);
    const { map: answer } = await client.call(0x01, registration({ rk: true, token }));
    const statement = asMap(answer.get(3));
    expect(answer.get(1)).toBe(format);
    expect(asArray(statement.get('x5c'))?.length).toBe(certificates);
    const { publicKey, aaguid } = readAuthData(answer);
    expect(aaguid).toEqual(asBytes((await client.info()).get(3)));
    if (format === 'none') {
      expect(statement.size).toBe(0);
      return;
    }
    const signed = new Map([...answer, [3, statement.get('sig')]]);
    // By its own key, where no certificate says otherwise.
    expect(isSignedBy(publicKey, signed)).toBe(certificates === undefined);
    if (certificates === undefined) return;
    const certificate = new X509Certificate(asBytes(asArray(statement.get('x5c'))?.[0]));
    expect(certificate.verify(new X509Certificate(readFileSync(testFidoRootPath)).publicKey)).toBe(true);
    expect(certificate.subject).toBe(
      'C=SE\nO=Cardwright TEST\nOU=Authenticator Attestation\nCN=Cardwright TEST FIDO batch (its private key is public)',
    );
    expect(certificate.raw.includes(aaguid)).toBe(true);
  });

  it.each<[string, CborMap, number]>([
    ['an algorithm that it has', registration({ algorithms: [-257] }), 0x26],
    ['a parameter', without(registration(), 2), 0x14],
    ['an id for its user', changed(registration(), 3, map(['id', Buffer.alloc(0)])), 0x03],
    ['a user id of a usual length', changed(registration(), 3, map(['id', Buffer.alloc(65)])), 0x03],
    ['an algorithm in each entry', changed(registration(), 4, [map(['type', 'public-key'])]), 0x14],
    ['the user', changed(registration(), 7, map(['up', false])), 0x2c],
    ['another user verification than its PIN', changed(registration(), 7, map(['uv', true])), 0x2c],
    ['a protection that there is', registration({ extensions: map(['credProtect', 4]) }), 0x2c],
    ['a PIN, to be discoverable', registration({ rk: true }), 0x36],
    ['a protocol for its code', changed(registration(), 8, Buffer.alloc(32)), 0x14],
    ['a right code', changed(changed(registration(), 8, Buffer.alloc(32)), 9, 2), 0x33],
    ['enterprise attestation', registration({ enterprise: 2 }), 0x02],
    ['a short list of others', registration({ exclude: Array<Buffer>(9).fill(Buffer.alloc(32)) }), 0x15],
  ])('is not made without %s', async (_, order, status) => {
    expect(await client.status(0x01, order)).toBe(status);
    expect(client.state.fido?.credentials).toEqual([]);
  });

  it('is not made beside an excluded one, which is revealed only after a touch', async () => {
    const { id } = await register(client);
    const order = async (rpId: string) =>
      registration({ rpId, exclude: [id], token: await client.token(May.make, rpId), rk: true });
    client.card.touch = 'denied';
    expect(await client.status(0x01, await order(RP))).toBe(0x27);
    client.card.touch = 'at-once';
    expect(await client.status(0x01, await order(RP))).toBe(0x19);
    expect(await client.status(0x01, await order(OTHER_RP))).toBe(0);
  });

  it('is made beside an excluded one that no one may know of without a PIN', async () => {
    const { id } = await register(client, { extensions: map(['credProtect', 3]) });
    expect(await client.status(0x01, registration({ exclude: [id] }))).toBe(0);
    const token = await client.token(May.make, RP);
    expect(await client.status(0x01, registration({ exclude: [id], token }))).toBe(0x19);
  });

  it('replaces the one for the same user, and none when there is no room', async () => {
    for (let user = 0; user < 8; user++) await register(client, { userId: `user ${user}` });
    expect((await client.info()).get(0x14)).toBe(0);
    await expect(register(client, { userId: 'one more' })).rejects.toThrow('28');
    const { id } = await register(client, { userId: 'user 3' });
    expect(client.state.fido?.credentials).toHaveLength(8);
    expect(client.state.fido?.credentials.at(-1)?.id).toEqual(id);
  });

  it('is carried by its id if it is not discoverable, for one relying party and one authenticator', async () => {
    const { id, publicKey } = await register(client, { rk: false });
    expect(client.state.fido?.credentials).toEqual([]);
    const { map: answer } = await client.call(0x02, login({ allow: [id] }));
    expect(isSignedBy(publicKey, answer)).toBe(true);
    expect(answer.has(4)).toBe(false);
    expect(await client.status(0x02, login({ rpId: OTHER_RP, allow: [id] }))).toBe(0x2e);
    expect(await client.status(0x02, login())).toBe(0x2e);
    expect(await (await CtapClient.insert('fido-key')).status(0x02, login({ allow: [id] }))).toBe(0x2e);
  });

  it('reveals the shortest PIN to a relying party that may know it', async () => {
    const token = await client.token(May.configure);
    const order = map([1, 6], [2, [RP]]);
    expect(await client.status(0x0d, authenticated(0x0d, token, 3, order))).toBe(0);
    const extensions = map(['minPinLength', true]);
    expect((await register(client, { extensions })).extensions.get('minPinLength')).toBe(6);
    expect((await register(client, { rpId: OTHER_RP, extensions })).extensions.size).toBe(0);
  });

  it('names its authenticator if that is enabled and requested', async () => {
    client = await withPin('yubikey-5.8');
    const make = async (enterprise: number) =>
      client.call(0x01, registration({ enterprise, token: await client.token(May.make, RP) }));
    expect((await make(2)).status).toBe(0x02);
    const token = await client.token(May.configure);
    expect(await client.status(0x0d, authenticated(0x0d, token, 1))).toBe(0);
    expect(await client.option('ep')).toBe(true);
    const [facilitated, managed] = [await make(1), await make(2)];
    expect([facilitated.map.get(4), managed.map.get(4)]).toEqual([undefined, true]);
    const certificate = asBytes(asArray(asMap(managed.map.get(3)).get('x5c'))?.[0]);
    expect(certificate.includes('12345678')).toBe(true);
    expect((await make(3)).status).toBe(0x2c);
  });
});

describe('an assertion', () => {
  it('reports that it was made without a touch, or without a PIN', async () => {
    const { id, publicKey, counter } = await register(client);
    client.card.touch = 'never';
    const { status, map: answer } = await client.call(0x02, login({ allow: [id], up: false }));
    expect(status).toBe(0);
    expect(isSignedBy(publicKey, answer)).toBe(true);
    expect(readAuthData(answer).flags).toBe(0);
    expect(readAuthData(answer).counter).toBe(counter + 1);
    expect(client.keepAlives).toEqual([]);
  });

  it.each([
    [1, [0, 0, 0]],
    [2, [0x2e, 0, 0]],
    [3, [0x2e, 0x2e, 0]],
  ])('needs the PIN as its protection %s demands', async (credProtect, statuses) => {
    const { id, extensions } = await register(client, { extensions: map(['credProtect', credProtect]) });
    expect(extensions.get('credProtect')).toBe(credProtect);
    const token = await client.token(May.assert, RP);
    expect([
      await client.status(0x02, login()),
      await client.status(0x02, login({ allow: [id] })),
      await client.status(0x02, login({ token })),
    ]).toEqual(statuses);
  });

  it('is one of several, the newest first, and the others follow at once', async () => {
    const made = [];
    for (const userId of ['alice', 'bob', 'carol']) made.push((await register(client, { userId })).id);
    const token = await client.token(May.assert, RP);
    const first = await client.call(0x02, login({ token }));
    const [second, third] = [await client.call(0x08), await client.call(0x08)];
    expect(first.map.get(5)).toBe(3);
    const ids = [first, second, third].map((answer) => asBytes(asMap(answer.map.get(1)).get('id')));
    expect(ids).toEqual(made.toReversed());
    expect(asMap(second.map.get(4)).get('name')).toBe('bob@example.com');
    expect(await client.status(0x08)).toBe(0x30);
    // Without a PIN no one learns the names.
    const unverified = await client.call(0x02, login());
    expect([...asMap(unverified.map.get(4)).keys()]).toEqual(['id']);
    await client.info();
    expect(await client.status(0x08)).toBe(0x30);
  });

  it.each<[string, CborMap, number]>([
    ['rk', changed(login(), 5, map(['rk', true])), 0x2b],
    ['uv', changed(login(), 5, map(['uv', true])), 0x2c],
    ['no hash', without(login(), 2), 0x14],
    ['hmac-secret without a touch', login({ up: false, extensions: map(['hmac-secret', map()]) }), 0x2b],
    ['a credential that there is not', login({ allow: [Buffer.alloc(32)] }), 0x2e],
  ])('is not made with %s', async (_, order, status) => {
    await register(client);
    expect(await client.status(0x02, order)).toBe(status);
  });

  it('needs the PIN if that is always required, like a registration', async () => {
    const { id } = await register(client);
    const token = await client.token(May.configure);
    expect(await client.status(0x0d, authenticated(0x0d, token, 2))).toBe(0);
    expect(await client.option('alwaysUv')).toBe(true);
    expect(await client.option('makeCredUvNotRqd')).toBe(false);
    expect(await client.status(0x02, login({ allow: [id] }))).toBe(0x36);
    expect(await client.status(0x01, registration())).toBe(0x36);
    // A silent one is no login.
    expect(await client.status(0x02, login({ allow: [id], up: false }))).toBe(0);
  });

  it.each([1, 2] as const)('derives secrets, sealed by PIN protocol %s', async (protocol) => {
    const { id } = await register(client, { extensions: map(['hmac-secret', true]) });
    const ask = async (salts: Buffer, isVerified: boolean) => {
      const token = isVerified ? await client.token(May.assert, RP) : undefined;
      const secret = await client.agree(protocol);
      const sealed = secret.encrypt(salts);
      const input = map([1, secret.publicKey], [2, sealed], [3, secret.authenticate(sealed)], [4, protocol]);
      const answer = await client.call(0x02, login({ allow: [id], token, extensions: map(['hmac-secret', input]) }));
      if (answer.status !== 0) return answer.status;
      return secret.decrypt(asBytes(readAuthData(answer.map).extensions.get('hmac-secret'))).toString('hex');
    };
    const [one, other] = [sha256('one'), sha256('other')];
    const both = await ask(Buffer.concat([one, other]), true);
    expect(both).toHaveLength(128);
    expect(await ask(one, true)).toBe(String(both).slice(0, 64));
    expect(await ask(other, true)).toBe(String(both).slice(64));
    expect(await ask(one, false)).not.toBe(String(both).slice(0, 64));
    expect(await ask(one.subarray(16), true)).toBe(0x03);
  });
});

describe('credential management', () => {
  const manage = async (subCommand: number, parameters?: CborMap) =>
    client.call(0x0a, authenticated(0x0a, await client.token(May.manage), subCommand, parameters));
  const named = (id: Buffer) => map(['id', id], ['type', 'public-key']);

  it('lists all credentials, changes a name and deletes', async () => {
    const kept = await register(client, { userId: 'alice' });
    const doomed = await register(client, { userId: 'bob', extensions: map(['credProtect', 3]) });
    await register(client, { rpId: OTHER_RP });
    expect((await manage(1)).map).toEqual(map([1, 3], [2, 5]));
    const [first, second] = [await manage(2), await client.call(0x0a, map([1, 3]))];
    expect([asMap(first.map.get(3)).get('id'), first.map.get(5)]).toEqual([RP, 2]);
    expect(asMap(second.map.get(3)).get('id')).toBe(OTHER_RP);
    expect(await client.status(0x0a, map([1, 3]))).toBe(0x30);

    const bob = await manage(4, map([1, sha256(RP)]));
    const alice = await client.call(0x0a, map([1, 5]));
    expect([bob.map.get(9), bob.map.get(0x0a)]).toEqual([2, 3]);
    expect(asBytes(asMap(bob.map.get(7)).get('id'))).toEqual(doomed.id);
    expect(asMap(alice.map.get(8))).toEqual(kept.publicKey);
    expect(await client.status(0x0a, map([1, 5]))).toBe(0x30);

    const user = map(['id', Buffer.from('alice')], ['name', 'alice2'], ['displayName', 'Alice']);
    expect((await manage(7, map([2, named(kept.id)], [3, user]))).status).toBe(0);
    expect(client.state.fido?.credentials.find(({ id }) => id.equals(kept.id))?.user.name).toBe('alice2');
    expect((await manage(7, map([2, named(doomed.id)], [3, user]))).status).toBe(0x02);

    expect((await manage(6, map([2, named(doomed.id)]))).status).toBe(0);
    expect((await manage(6, map([2, named(doomed.id)]))).status).toBe(0x2e);
    const token = await client.token(May.assert, RP);
    expect(await client.status(0x02, login({ allow: [doomed.id], token }))).toBe(0x2e);
  });

  it('ends a list once it is asked something else', async () => {
    for (const userId of ['alice', 'bob']) await register(client, { userId });
    await register(client, { rpId: OTHER_RP });
    const token = await client.token(May.manage);
    const begin = authenticated(0x0a, token, 4, map([1, sha256(RP)]));
    expect(await client.status(0x0a, begin)).toBe(0);
    expect(await client.status(0x0a, authenticated(0x0a, token, 1))).toBe(0);
    expect(await client.status(0x0a, map([1, 5]))).toBe(0x30);
    expect((await manage(2)).status).toBe(0);
    await client.info();
    expect(await client.status(0x0a, map([1, 3]))).toBe(0x30);
  });

  it('does nothing without a PIN, with another order, or for another relying party', async () => {
    const { id } = await register(client);
    expect(await client.status(0x0a, map([1, 6], [2, map([2, named(id)])]))).toBe(0x36);
    const asked = authenticated(0x0a, await client.token(May.manage), 6, map([2, named(Buffer.alloc(32))]));
    expect(await client.status(0x0a, new Map([...asked, [2, map([2, named(id)])]]))).toBe(0x33);
    const foreign = await client.token(May.manage, OTHER_RP);
    expect(await client.status(0x0a, authenticated(0x0a, foreign, 6, map([2, named(id)])))).toBe(0x33);
    expect(await client.status(0x0a, authenticated(0x0a, foreign, 4, map([1, sha256(RP)])))).toBe(0x33);
    expect(client.state.fido?.credentials).toHaveLength(1);
  });

  it('lists nothing of an empty authenticator', async () => {
    expect((await manage(2)).status).toBe(0x2e);
    expect((await manage(4, map([1, sha256(RP)]))).status).toBe(0x2e);
    expect((await manage(9)).status).toBe(0x3e);
  });
});

describe('a registration with an empty code', () => {
  it.each([
    [true, 0x31],
    [false, 0x35],
  ])('reveals after a touch whether there is a PIN: %s', async (hasPin, status) => {
    client = hasPin ? client : await CtapClient.insert('fido-key', { touch: { after: 500 } });
    const order = changed(changed(registration(), 8, Buffer.alloc(0)), 9, 2);
    expect(await client.status(0x01, order)).toBe(status);
  });
});

function changed(order: CborMap, key: number, value: unknown): CborMap {
  return new Map([...order, [key, value] as const].sort(([one], [other]) => Number(one) - Number(other)));
}

function without(order: CborMap, key: number): CborMap {
  return new Map([...order].filter(([name]) => name !== key));
}

function asArray(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}
