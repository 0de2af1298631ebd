import { describe, expect, it } from '@jest/globals';
import { readCreationOptions } from '../../../portal/src/server/passkeys/entra/creation-options.js';
import { registeredName } from '../../../portal/src/server/passkeys/entra/registered-name.js';

const LONG = 'x'.repeat(63);

/** Makes Graph's answer as in the reference and in an open tool's samples. */
const answer = (change: object = {}) => ({
  '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.webauthnCredentialCreationOptions',
  challengeTimeoutDateTime: '2026-06-13T11:26:35Z',
  publicKey: {
    rp: { id: 'login.microsoft.com', name: 'Microsoft' },
    user: { id: 'T0Y/+w==', name: `${LONG}@contoso.com`, displayName: `${LONG}😀` },
    challenge: 'aGVs-bG8_w',
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    timeout: 0,
    excludeCredentials: [{ type: 'public-key', id: '+/8=', transports: [] }],
    authenticatorSelection: { requireResidentKey: true, userVerification: 'required', userPresence: 'x' },
    attestation: 'direct',
    attestationFormats: null,
    extensions: { hmacCreateSecret: true, credentialProtectionPolicy: null, uvm: true, '@odata.type': 'x' },
    ...change,
  },
});

describe("Graph's order", () => {
  it('becomes WebAuthn Level 3: base64url, names of a valid length, and no other members', () => {
    expect(readCreationOptions(answer())).toEqual({
      expires: new Date('2026-06-13T11:26:35Z'),
      options: {
        rp: { id: 'login.microsoft.com', name: 'Microsoft' },
        user: { id: 'T0Y_-w', name: `${LONG}@`, displayName: LONG },
        challenge: 'aGVs-bG8_w',
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        timeout: 0,
        excludeCredentials: [{ type: 'public-key', id: '-_8', transports: [] }],
        authenticatorSelection: { requireResidentKey: true, residentKey: 'required', userVerification: 'required' },
        attestation: 'direct',
        extensions: { hmacCreateSecret: true },
      },
    });
  });

  it.each([
    ['nothing', null],
    ['an error', { error: { code: 'x' } }],
    ['no time limit', { ...answer(), challengeTimeoutDateTime: 'soon' }],
    ['a challenge that is no base64', answer({ challenge: 'a b' })],
    ['no algorithm', answer({ pubKeyCredParams: [] })],
  ])('is not read from %s', (_what, body) => {
    expect(readCreationOptions(body)).toBeUndefined();
  });
});

describe('an id that Graph excludes', () => {
  const excluded = (id: string) =>
    readCreationOptions(answer({ excludeCredentials: [{ type: 'public-key', id }] }))?.options.excludeCredentials?.map(
      (one) => one.id,
    );
  /** Makes an id of so many bytes, base64url. */
  const idOf = (bytes: number): string => Buffer.alloc(bytes, 0xa5).toString('base64url');

  it.each([15, 16, 17, 32, 33, 64])(
    'is excluded, with %i bytes, with the number of its padding behind it, or without',
    (bytes) => {
      const id = idOf(bytes);
      const suffix = String((4 - (id.length % 4)) % 4);
      expect(excluded(id + suffix)).toContain(id);
      expect(excluded(id)).toContain(id);
      expect(excluded(Buffer.from(id, 'base64url').toString('base64'))).toContain(id);
    },
  );

  it('is excluded in both readings if it has two', () => {
    expect(excluded('AAAA')).toEqual(['AAAA']);
    expect(excluded('AAA1')).toEqual(['AAA1', 'AAA']);
    expect(excluded('AA2')).toEqual(['AA2', 'AA']);
  });

  it('is read only with its suffix if its length is impossible for base64', () => {
    expect(excluded('AAAA0')).toEqual(['AAAA']);
    expect(excluded('AAAA7')).toEqual([]);
  });
});

describe('the name of a passkey at Entra ID', () => {
  it.each(['', 'Y', 'YubiKey 5 NFC 12345678 of the second floor', '😀'.repeat(20), '\u202eevil\u0000'])(
    'made of %j has 3 to 30 characters, and differs for each passkey',
    (name) => {
      const made = registeredName(name, 'AQID');
      expect(made).toMatch(/^(\P{C}{1,23} )?[\da-f]{6}$/u);
      expect(made.length).toBeLessThanOrEqual(30);
      expect(registeredName(name, 'AQID')).toBe(made);
      expect(registeredName(name, 'AQIE')).not.toBe(made);
    },
  );
});
