import { beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { publicJwkSet, type PublicJwkSet } from '@cardwright/protocol/schemas';
import { readStep, signStep, type StepPayload } from '@cardwright/protocol/steps';
import { CompactSign, exportJWK, generateKeyPair, type CryptoKey } from 'jose';

const payload: StepPayload = {
  origin: 'https://cms.example',
  operation: 'operation-1',
  number: 1,
  device: 'yubikey:1',
  card: { model: 'yubikey', serial: '1', guid: null, certificates: [] },
  session: 'n'.repeat(43),
  expires: 2_000_000_000,
  commands: [{ method: 'key.generate', params: { slot: '9A' } }],
};

describe('a signed step', () => {
  let key: CryptoKey;
  let keys: PublicJwkSet;

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    key = pair.privateKey;
    keys = validate(publicJwkSet, { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', use: 'sig' }] });
  });

  it('is read as it was signed', async () => {
    await expect(readStep(await signStep(payload, key, 'k1'), keys)).resolves.toEqual(payload);
  });

  it('is refused when it was altered', async () => {
    const [header, , signature] = (await signStep(payload, key, 'k1')).split('.');
    const altered = Buffer.from(JSON.stringify({ ...payload, device: 'yubikey:2' })).toString('base64url');
    await expect(readStep([header, altered, signature].join('.'), keys)).rejects.toMatchObject({
      code: 'STEP_REFUSED',
      data: { reason: 'signature' },
    });
  });

  it('is refused when someone else signed it, or a key that is not for signatures', async () => {
    const stranger = await generateKeyPair('ES256');
    await expect(readStep(await signStep(payload, stranger.privateKey, 'k1'), keys)).rejects.toMatchObject({
      code: 'STEP_REFUSED',
    });
    const sealing = { keys: keys.keys.map((entry) => ({ ...entry, use: 'enc' as const })) };
    await expect(readStep(await signStep(payload, key, 'k1'), sealing)).rejects.toMatchObject({ code: 'STEP_REFUSED' });
  });

  it('is refused when the CMS signed something else than a step', async () => {
    const other = await new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: 'k1' })
      .sign(key);
    await expect(readStep(other, keys)).rejects.toMatchObject({ data: { reason: 'signature' } });
    const junk = await new CompactSign(new TextEncoder().encode('[]'))
      .setProtectedHeader({ alg: 'ES256', typ: 'cardwright-step', kid: 'k1' })
      .sign(key);
    await expect(readStep(junk, keys)).rejects.toMatchObject({ data: { reason: 'content' } });
  });

  it('is refused when a member comes twice, of which each reader could take another', async () => {
    const twice = JSON.stringify(payload).replace('{', '{"device":"serial:1",');
    const signed = await new CompactSign(new TextEncoder().encode(twice))
      .setProtectedHeader({ alg: 'ES256', typ: 'cardwright-step', kid: 'k1' })
      .sign(key);
    await expect(readStep(signed, keys)).rejects.toMatchObject({ data: { reason: 'content' } });
  });

  const signAs = (header: object) =>
    new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'ES256', typ: 'cardwright-step', ...header })
      .sign(key, { crit: { extension: true } });

  it('is read without the name of a key if only one can be meant, and refused otherwise', async () => {
    const nameless = await signAs({});
    await expect(readStep(nameless, keys)).resolves.toEqual(payload);
    const [own] = keys.keys;
    const [other] = validate(publicJwkSet, {
      keys: [{ ...(await exportJWK((await generateKeyPair('ES256')).publicKey)), kid: 'k2', use: 'sig' }],
    }).keys;
    if (!own || !other) throw new Error('expected two keys');
    await expect(readStep(nameless, { keys: [own, other] })).rejects.toMatchObject({ data: { reason: 'signature' } });
    await expect(readStep(nameless, { keys: [own, { ...other, use: 'enc' }] })).resolves.toEqual(payload);
    await expect(readStep(nameless, { keys: [own, { ...other, alg: 'ES384' }] })).resolves.toEqual(payload);
    await expect(readStep(await signAs({ kid: 'k2' }), { keys: [own, other] })).rejects.toMatchObject({
      data: { reason: 'signature' },
    });
  });

  it('is read with members of the header that change nothing, and refused with an extension', async () => {
    await expect(readStep(await signAs({ kid: 'k1', cty: 'json' }), keys)).resolves.toEqual(payload);
    const extended = await signAs({ kid: 'k1', crit: ['extension'], extension: 1 });
    await expect(readStep(extended, keys)).rejects.toMatchObject({ data: { reason: 'signature' } });
  });

  it.each<[string, (parts: string[]) => string[]]>([
    ['a signature in another length', (parts) => parts.with(2, (parts[2] ?? '').slice(0, -4))],
    ['no signature', (parts) => parts.with(2, '')],
    ['a part more', (parts) => [...parts, 'AAAA']],
    ['a part less', (parts) => parts.slice(0, 2)],
  ])('is refused with %s', async (_, change) => {
    const jws = change((await signStep(payload, key, 'k1')).split('.')).join('.');
    await expect(readStep(jws, keys)).rejects.toMatchObject({ data: { reason: 'signature' } });
  });
});
