import { beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { publicJwk, type PublicJwk } from '@cardwright/protocol/schemas';
import { seal, unseal, type SealContext } from '@cardwright/protocol/sealing';
import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';

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
});
