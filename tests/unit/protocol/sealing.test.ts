import {
  createCipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { publicJwk, type PublicJwk } from '@cardwright/protocol/schemas';
import { seal, unseal, type SealContext } from '@cardwright/protocol/sealing';
import { CompactEncrypt, exportJWK, generateKeyPair, type CompactJWEHeaderParameters, type CryptoKey } from 'jose';

const context: SealContext = {
  origin: 'https://cms.example',
  operation: 'operation-1',
  device: 'yubikey:1',
  session: 'n'.repeat(43),
  purpose: 'newPin',
};
const secret = new TextEncoder().encode('739154');

describe('a sealed secret', () => {
  let key: CryptoKey;
  let to: PublicJwk;

  beforeAll(async () => {
    const pair = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
    key = pair.privateKey;
    to = validate(publicJwk, await exportJWK(pair.publicKey));
  });

  it('is opened by its receiver in its own context', async () => {
    const jwe = await seal(secret, to, context);
    expect(jwe).not.toContain('739154');
    expect(Buffer.from(await unseal(jwe, key, context)).toString()).toBe('739154');
  });

  it('may be empty', async () => {
    const jwe = await seal(new Uint8Array(), to, context);
    expect(await unseal(jwe, key, context)).toHaveLength(0);
  });

  it.each<[string, Partial<SealContext>]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['another operation', { operation: null }],
    ['another device', { device: 'yubikey:2' }],
    ['another session', { session: 'm'.repeat(43) }],
    ['another purpose', { purpose: 'pin' }],
  ])('is refused for %s', async (_, other) => {
    const jwe = await seal(secret, to, context);
    await expect(unseal(jwe, key, { ...context, ...other })).rejects.toMatchObject({ code: 'SECRET_REFUSED' });
  });

  it('is refused when a byte of it was changed, or it was sealed to another key', async () => {
    const jwe = await seal(secret, to, context);
    const parts = jwe.split('.');
    const changed = parts
      .with(
        3,
        (parts[3] ?? '').replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
      )
      .join('.');
    await expect(unseal(changed, key, context)).rejects.toMatchObject({ code: 'SECRET_REFUSED' });
    const stranger = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
    await expect(unseal(jwe, stranger.privateKey, context)).rejects.toMatchObject({ code: 'SECRET_REFUSED' });
  });

  const HEADER = { alg: 'ECDH-ES', enc: 'A256GCM', cardwright: context };
  const EXTENSION = 'urn:example:extension';

  /** Seals as another library might. */
  const sealAs = (header: CompactJWEHeaderParameters, parties = {}): Promise<string> =>
    new CompactEncrypt(secret)
      .setProtectedHeader(header)
      .setKeyManagementParameters(parties)
      .encrypt(to, { crit: { [EXTENSION]: true } });

  it('is opened whoever made it', async () => {
    const opened = await unseal(await sealAs(HEADER), key, context);
    expect(Buffer.from(opened).toString()).toBe('739154');
  });

  it.each<[string, CompactJWEHeaderParameters]>([
    ['another encryption', { ...HEADER, enc: 'A128GCM' }],
    ['an encryption with CBC', { ...HEADER, enc: 'A256CBC-HS512' }],
    ['a wrapped key', { ...HEADER, alg: 'ECDH-ES+A256KW' }],
    ['compression', { ...HEADER, zip: 'DEF' }],
    ['the name of its key', { ...HEADER, kid: 'any' }],
    ['a type', { ...HEADER, typ: 'any' }],
    ['an unknown member', { ...HEADER, any: 1 }],
    ['an extension', { ...HEADER, crit: [EXTENSION], [EXTENSION]: 1 }],
  ])('is refused with %s', async (_, header) => {
    await expect(unseal(await sealAs(header), key, context)).rejects.toMatchObject({ code: 'SECRET_REFUSED' });
  });

  it('is refused if it names the parties', async () => {
    const jwe = await sealAs(HEADER, { apu: Buffer.from('portal'), apv: Buffer.from('host') });
    await expect(unseal(jwe, key, context)).rejects.toMatchObject({ code: 'SECRET_REFUSED' });
  });

  it.each<[string, (parts: string[]) => string[]]>([
    ['an encrypted key', ([header = '', , ...others]) => [header, 'AAAA', ...others]],
    [
      'a tag in two parts',
      (parts) => [...parts.slice(0, 3), `${parts[3] ?? ''}${(parts[4] ?? '').slice(0, 8)}`, (parts[4] ?? '').slice(8)],
    ],
    ['a part more', (parts) => [...parts, 'AAAA']],
    ['a part less', (parts) => parts.slice(0, -1)],
    ['characters of base64', (parts) => parts.with(3, `${parts[3] ?? ''}=`)],
  ])('is refused with %s', async (_, change) => {
    const jwe = change((await seal(secret, to, context)).split('.')).join('.');
    await expect(unseal(jwe, key, context)).rejects.toMatchObject({ code: 'SECRET_REFUSED' });
  });

  /** Seals with the functions of Node.js, which take an initialization vector of any length, and any text as the header. */
  function sealByHand({ ivLength = 12, write = (header: object) => JSON.stringify(header) }): string {
    const oneTime = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const receiver = createPublicKey({ key: { ...to }, format: 'jwk' });
    const shared = diffieHellman({ privateKey: oneTime.privateKey, publicKey: receiver });
    const info = Buffer.from('\0\0\0\x07A256GCM\0\0\0\0\0\0\0\0\0\0\x01\0', 'latin1');
    const contentKey = createHash('sha256')
      .update(Buffer.of(0, 0, 0, 1))
      .update(shared)
      .update(info)
      .digest();
    const header = Buffer.from(write({ ...HEADER, epk: oneTime.publicKey.export({ format: 'jwk' }) }));
    const iv = randomBytes(ivLength);
    const cipher = createCipheriv('aes-256-gcm', contentKey, iv).setAAD(Buffer.from(header.toString('base64url')));
    const ciphertext = Buffer.concat([cipher.update(secret), cipher.final()]);
    return [header, Buffer.of(), iv, ciphertext, cipher.getAuthTag()]
      .map((part) => part.toString('base64url'))
      .join('.');
  }

  it.each<[string, (header: object) => string]>([
    ['apu', (header) => JSON.stringify({ ...header, apu: 'cG9ydGFs' })],
    ['apv', (header) => JSON.stringify({ ...header, apv: 'cG9ydGFs' })],
    ['compression that is none', (header) => JSON.stringify({ ...header, zip: null })],
    ['a member twice', (header) => JSON.stringify(header).replace('{', '{"enc":"A256GCM",')],
    [
      'a member of its context twice',
      (header) => JSON.stringify(header).replace('"purpose":', '"purpose":"puk","purpose":'),
    ],
    ['a member twice, spelt in two ways', (header) => JSON.stringify(header).replace('{', '{"\\u0065nc":"A128GCM",')],
    ['a mark of the byte order', (header) => `\ufeff${JSON.stringify(header)}`],
    ['a prototype', (header) => JSON.stringify(header).replace('{', '{"__proto__":{},')],
    [
      'thousands of levels',
      (header) => JSON.stringify(header).replace('{', `{"a":${'['.repeat(9_000)}${']'.repeat(9_000)},`),
    ],
  ])('is refused with %s in its header', async (_, write) => {
    expect(Buffer.from(await unseal(sealByHand({}), key, context)).toString()).toBe('739154');
    await expect(unseal(sealByHand({ write }), key, context)).rejects.toMatchObject({ code: 'SECRET_REFUSED' });
  });

  it('has an initialization vector of 96 bits', async () => {
    expect(Buffer.from(await unseal(sealByHand({}), key, context)).toString()).toBe('739154');
    await expect(unseal(sealByHand({ ivLength: 16 }), key, context)).rejects.toMatchObject({ code: 'SECRET_REFUSED' });
  });
});
