import { beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { publicJwkSet, type PublicJwkSet } from '@cardwright/protocol/schemas';
import {
  displayedName,
  displayedSecret,
  readDisplay,
  signDisplay,
  signStep,
  type DisplayPayload,
} from '@cardwright/protocol/steps';
import { redactParams } from '@cardwright/protocol/trace';
import { CompactSign, exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import * as v from 'valibot';

const payload: DisplayPayload = {
  origin: 'https://cms.example',
  display: 'display-1',
  device: 'serial:1',
  label: 'initial-pin',
  expires: 2_000_000_000,
  sealed: 'a.b.c.d.e',
};

const REFUSED = { code: 'SECRET_REFUSED' };

describe('a signed display', () => {
  let key: CryptoKey;
  let keys: PublicJwkSet;

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    key = pair.privateKey;
    keys = validate(publicJwkSet, { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', use: 'sig' }] });
  });

  const sign = (value: object, typ = 'cardwright-display') =>
    new CompactSign(new TextEncoder().encode(JSON.stringify(value)))
      .setProtectedHeader({ alg: 'ES256', typ, kid: 'k1' })
      .sign(key);

  it('is read as it was signed', async () => {
    await expect(readDisplay(await signDisplay(payload, key, 'k1'), keys)).resolves.toEqual(payload);
  });

  it('is refused when it was altered', async () => {
    const [header, , signature] = (await signDisplay(payload, key, 'k1')).split('.');
    const altered = Buffer.from(JSON.stringify({ ...payload, device: 'serial:2' })).toString('base64url');
    await expect(readDisplay([header, altered, signature].join('.'), keys)).rejects.toMatchObject(REFUSED);
  });

  it('is refused when someone else signed it, or a key that is not for signatures', async () => {
    const stranger = await generateKeyPair('ES256');
    const forged = await signDisplay(payload, stranger.privateKey, 'k1');
    await expect(readDisplay(forged, keys)).rejects.toMatchObject(REFUSED);
    const sealing = { keys: keys.keys.map((entry) => ({ ...entry, use: 'enc' as const })) };
    await expect(readDisplay(await signDisplay(payload, key, 'k1'), sealing)).rejects.toMatchObject(REFUSED);
  });

  it('is refused when the CMS signed something else: a step, another type, words of its own', async () => {
    const step = await signStep(
      {
        origin: payload.origin,
        operation: 'operation-1',
        number: 1,
        device: 'serial:1',
        card: { model: 'yubikey', serial: '1', guid: null, certificates: [] },
        session: 'n'.repeat(43),
        expires: payload.expires,
        commands: [{ method: 'key.generate', params: {} }],
      },
      key,
      'k1',
    );
    const others = [step, await sign(payload, 'JWT'), await sign({ ...payload, label: 'CALL +49 30 1234' })];
    for (const other of others) await expect(readDisplay(other, keys)).rejects.toMatchObject(REFUSED);
  });

  it('leaves no trace but its method', async () => {
    const jws = await signDisplay(payload, key, 'k1');
    expect(redactParams('secret.display', { jws })).toEqual({ jws: '[redacted]' });
  });
});

describe('what is shown to a person', () => {
  it.each(['739164', '50281746', '1234', 'aB3dE6'])('can be %s', (secret) => {
    expect(v.is(displayedSecret, secret)).toBe(true);
  });

  it.each(['CALL +49 30 1234', '123', '123456789', '1234 56', '１２３４５６', '123456\n', ''])(
    'cannot be %j',
    (text) => {
      expect(v.is(displayedSecret, text)).toBe(false);
    },
  );
});

describe('the owner that is named to a person', () => {
  it.each(['Ada Lovelace', 'Zoë O’Neil-Ångström', "Jean d'Arc, Dr.", '山田 太郎', '홍길동', 'नेहा शर्मा'])(
    'can be %s',
    (name) => {
      expect(v.is(displayedName, name)).toBe(true);
    },
  );

  it.each([
    'Ada\nCall us',
    'Ada\u0000',
    'Ada \u202Eevil',
    'Ada\u200B',
    // Letters and marks that are invisible: Hangul fillers, variation selectors, the combining grapheme joiner.
    '\u3164',
    'Ada\u3164',
    'Ada\u115F\u1160',
    'Ada\uFFA0',
    'Ada\uFE0F',
    'Ada\u{E0100}',
    'A\u034Fda',
    'Ada\u2028Call us',
    'Call +49 30 1234',
    'https://evil.example',
    'Ada <b>',
    ' Ada',
    'A'.repeat(65),
    '',
  ])('cannot be %j, whoever signed it', (name) => {
    expect(v.is(displayedName, name)).toBe(false);
  });

  it('is refused in a display whose CMS signed a message in its place', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const keys = validate(publicJwkSet, { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', use: 'sig' }] });
    const signed = (owner: string): Promise<string> =>
      new CompactSign(new TextEncoder().encode(JSON.stringify({ ...payload, owner })))
        .setProtectedHeader({ alg: 'ES256', typ: 'cardwright-display', kid: 'k1' })
        .sign(privateKey);
    await expect(readDisplay(await signed('Ada Lovelace'), keys)).resolves.toMatchObject({ owner: 'Ada Lovelace' });
    await expect(readDisplay(await signed('Ada\nCall +49 30 1234'), keys)).rejects.toMatchObject(REFUSED);
  });
});
