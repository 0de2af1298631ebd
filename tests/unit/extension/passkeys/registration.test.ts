import { describe, expect, it } from '@jest/globals';
import { encodeOptions, readCreated } from '../../../../extension/src/background/passkeys/registration.js';

const ORIGIN = 'https://login.microsoft.com';
const OPTIONS = {
  rp: { id: 'login.microsoft.com', name: 'Microsoft' },
  user: { id: '-_8', name: 'alice', displayName: 'Alice' },
  challenge: '-_-_',
  pubKeyCredParams: [{ type: 'public-key' as const, alg: -7 }],
  excludeCredentials: [{ type: 'public-key' as const, id: '_-8' }],
  hints: ['client-device'],
};
const ordered = { way: 'window' as const, origin: ORIGIN, options: OPTIONS };

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Makes the browser's result, with changed client data. */
const created = (changed: object = {}): unknown[] => [
  'AAEC',
  base64(
    JSON.stringify({ type: 'webauthn.create', challenge: '-_-_', origin: ORIGIN, crossOrigin: false, ...changed }),
  ),
  '+/8=',
  ['usb', 'nfc'],
  'cross-platform',
  { credProps: { rk: true } },
];

const codeOf = (value: unknown, order: typeof ordered | { way: 'page' } = ordered): unknown => {
  try {
    readCreated(value, { ...ordered, ...order });
  } catch (error) {
    return error;
  }
  return 'no error';
};

describe('the options', () => {
  it('go to the browser in base64, with a hint for a security key', () => {
    expect(encodeOptions(OPTIONS)).toEqual({
      ...OPTIONS,
      challenge: '+/+/',
      user: { ...OPTIONS.user, id: '+/8' },
      excludeCredentials: [{ type: 'public-key', id: '/+8' }],
      hints: ['security-key'],
    });
  });
});

describe("the browser's result", () => {
  it('becomes a registration in JSON', () => {
    expect(readCreated(created(), ordered)).toMatchObject({
      id: 'AAEC',
      rawId: 'AAEC',
      type: 'public-key',
      response: { attestationObject: '-_8', transports: ['usb', 'nfc'] },
      authenticatorAttachment: 'cross-platform',
      clientExtensionResults: { credProps: { rk: true } },
    });
    const [id, clientData, attestation, transports, , extensions] = created();
    expect(readCreated([id, clientData, attestation, transports, null, extensions], ordered)).not.toHaveProperty(
      'authenticatorAttachment',
    );
  });

  it.each<[string, unknown]>([
    ['for another origin', created({ origin: 'https://evil.example' })],
    ['for another challenge', created({ challenge: 'AAAA' })],
    ['in a frame', created({ crossOrigin: true })],
    ['for logging in', created({ type: 'webauthn.get' })],
    ['without client data', ['AAEC', '', '+/8=', [], null, {}]],
    ['in another shape', { id: 'AAEC' }],
    ['as nothing', null],
    ['of a document that is gone', undefined],
  ])('is refused %s', (_, value) => {
    expect(codeOf(value)).toMatchObject({ code: 'RP_PAGE_UNUSABLE', data: { rpId: 'login.microsoft.com' } });
  });

  it.each([
    ['NotAllowedError: The operation either timed out or was not allowed.', 'PASSKEY_NOT_COMPLETED'],
    ['InvalidStateError: The user attempted to register a known key.', 'PASSKEY_EXISTS'],
    ['SecurityError: The relying party ID is not a suffix.', 'RP_PAGE_UNUSABLE'],
    ['AbortError: signal is aborted without reason', 'CANCELLED'],
    ['ConstraintError: The authenticator has no PIN.', 'NOT_SUPPORTED_BY_DEVICE'],
    ['NotSupportedError: No algorithm', 'ALGORITHM_NOT_SUPPORTED'],
    ['OperationError: A request is already pending.', 'PASSKEY_NOT_COMPLETED'],
    ['', 'PASSKEY_NOT_COMPLETED'],
  ])('becomes an error: %s is %s', (exception, code) => {
    expect(codeOf(exception)).toMatchObject({ code });
  });

  it('becomes RP_NOT_ALLOWED if the page itself is not allowed', () => {
    expect(codeOf('SecurityError: no', { way: 'page' })).toMatchObject({ code: 'RP_NOT_ALLOWED' });
  });
});
