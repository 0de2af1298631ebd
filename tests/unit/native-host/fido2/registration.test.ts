import { createHash, createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { decodeBytes, encodeBytes } from '@cardwright/protocol';
import { passkeyProofMessage, registrationResponse, type CreationOptions } from '@cardwright/protocol/passkeys';
import * as v from 'valibot';
import { readAuthenticatorData } from '../../../../native-host/src/applets/fido2/authenticator-data.js';
import { Authenticator } from '../../../../native-host/src/applets/fido2/authenticator.js';
import {
  cborMap,
  isBytes,
  isMap,
  isText,
  requiredMember,
  type CborMap,
} from '../../../../native-host/src/applets/fido2/cbor.js';
import { ccdToString, serialiseClientData } from '../../../../native-host/src/applets/fido2/client-data.js';
import { COMMAND } from '../../../../native-host/src/applets/fido2/ctap.js';
import { fidoPinOf } from '../../../../native-host/src/applets/fido2/fido-pin.js';
import { provePasskey } from '../../../../native-host/src/applets/fido2/passkey-proof.js';
import { register } from '../../../../native-host/src/applets/fido2/registration.js';
import { FakeAuthenticator } from './fake-authenticator.js';
import { mapOf } from './vectors.js';

const PIN = '4711 Grün';
const ORIGIN = 'https://login.example';
const CHALLENGE = encodeBytes(new Uint8Array(32).fill(0xfe));
const PROOF_CHALLENGE = encodeBytes(new Uint8Array(32).fill(3));

const options = (changes: Partial<CreationOptions> = {}): CreationOptions => ({
  rp: { id: 'login.example', name: 'Example' },
  user: { id: encodeBytes(Uint8Array.of(1, 2)), name: 'lena', displayName: 'Lena' },
  challenge: CHALLENGE,
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  ...changes,
});

async function device(prepare: (fake: FakeAuthenticator) => void = () => undefined) {
  const fake = new FakeAuthenticator();
  fake.setPin(PIN);
  prepare(fake);
  const authenticator = await Authenticator.open(fake);
  if (!authenticator) throw new Error('it knows no CTAP2');
  const registered = (changes: Partial<CreationOptions> = {}) =>
    register(authenticator, { options: options(changes), origin: ORIGIN }, { pin: fidoPinOf(PIN) });
  const request = (): CborMap => fake.sent(COMMAND.MAKE_CREDENTIAL).at(-1) ?? cborMap([]);
  return { fake, authenticator, registered, request };
}

describe('a registration', () => {
  it('gives the answer of a browser', async () => {
    const { registered, request } = await device((fake) => fake.info.set(9, ['usb', 'nfc', 'usb']));
    const answer = await registered({ extensions: { credProps: true, hmacCreateSecret: true } });
    expect(v.parse(registrationResponse, answer)).toEqual(answer);
    const { clientDataJSON, attestationObject, authenticatorData = '', publicKey = '' } = answer.response;
    const clientData = decodeBytes(clientDataJSON);
    expect(Buffer.from(clientData).toString()).toBe(
      `{"type":"webauthn.create","challenge":"${CHALLENGE}","origin":"${ORIGIN}","crossOrigin":false}`,
    );
    expect(requiredMember(request(), 1, isBytes)).toEqual(
      Uint8Array.from(createHash('sha256').update(clientData).digest()),
    );
    const object = mapOf(decodeBytes(attestationObject));
    expect([...object.keys()]).toEqual(['fmt', 'attStmt', 'authData']);
    expect(encodeBytes(requiredMember(object, 'authData', isBytes))).toBe(authenticatorData);
    const { attested } = readAuthenticatorData(decodeBytes(authenticatorData));
    expect(attested && encodeBytes(attested.credentialId)).toBe(answer.id);
    expect(() =>
      createPublicKey({ key: Buffer.from(decodeBytes(publicKey)), format: 'der', type: 'spki' }),
    ).not.toThrow();
    expect(answer).toMatchObject({
      rawId: answer.id,
      authenticatorAttachment: 'cross-platform',
      response: { transports: ['nfc', 'usb'], publicKeyAlgorithm: -7 },
      clientExtensionResults: { credProps: { rk: true }, hmacCreateSecret: true },
    });
  });

  it.each<[Partial<CreationOptions>, string]>([
    [{ attestation: 'none' }, 'none'],
    [{}, 'none'],
    [{ attestation: 'direct' }, 'packed'],
    [{ attestation: 'indirect' }, 'packed'],
  ])('has with %j the statement %s', async (changes, fmt) => {
    const { registered } = await device();
    const { response } = await registered(changes);
    const object = mapOf(decodeBytes(response.attestationObject));
    expect(requiredMember(object, 'fmt', isText)).toBe(fmt);
    expect(requiredMember(object, 'attStmt', isMap).size === 0).toBe(fmt === 'none');
  });

  it('requests enterprise attestation only if it is enabled', async () => {
    const { fake, authenticator, registered, request } = await device();
    await registered({ attestation: 'enterprise' });
    expect(request().has(0x0a)).toBe(false);
    fake.options.set('ep', true);
    await authenticator.refresh();
    await registered({ attestation: 'enterprise' });
    expect(request().get(0x0a)).toBe(1);
  });

  it.each([
    [{ residentKey: 'required' }, true],
    [{ residentKey: 'preferred' }, true],
    [{ residentKey: 'discouraged', requireResidentKey: true }, false],
    [{ requireResidentKey: true }, true],
    [{ residentKey: 'something new' }, false],
    [{}, false],
  ])('is with %j discoverable: %s', async (selection, isResident) => {
    const { registered, request } = await device();
    await registered({ authenticatorSelection: { userVerification: 'required', ...selection } });
    const wanted = request().get(7);
    expect(wanted instanceof Map && wanted.get('rk') === true).toBe(isResident);
  });

  it('requests credProtect and hmac-secret if the authenticator has them', async () => {
    const { registered, request } = await device();
    await registered({
      extensions: {
        credentialProtectionPolicy: 'userVerificationRequired',
        hmacCreateSecret: true,
        minPinLength: true,
      },
    });
    expect(requiredMember(request(), 6, isMap)).toEqual(
      cborMap([
        ['credProtect', 3],
        ['hmac-secret', true],
      ]),
    );
  });

  it('is refused if the relying party insists on an unavailable protection', async () => {
    const { fake, registered } = await device((one) => one.info.set(2, []));
    const extensions = { enforceCredentialProtectionPolicy: true };
    await expect(
      registered({ extensions: { ...extensions, credentialProtectionPolicy: 'userVerificationRequired' } }),
    ).rejects.toMatchObject({ code: 'NOT_SUPPORTED_BY_DEVICE' });
    expect(fake.sent(COMMAND.MAKE_CREDENTIAL)).toEqual([]);
    await registered({ extensions: { ...extensions, credentialProtectionPolicy: 'userVerificationOptional' } });
  });
});

describe('client data', () => {
  it.each([
    ['"', '"\\""'],
    ['\\', '"\\\\"'],
    ['\n', '"\\u000a"'],
    ['\u001f', '"\\u001f"'],
    ['ü/🔑', '"ü/🔑"'],
  ])('write %j as CCDToString does', (text, expected) => {
    expect(ccdToString(text)).toBe(expected);
  });

  it('have a challenge without padding', () => {
    const clientData = serialiseClientData({ type: 'webauthn.create', challenge: '_v8', origin: ORIGIN });
    expect(Buffer.from(clientData).toString()).toContain('"challenge":"_v8"');
  });
});

describe('the proof that a passkey is on the device', () => {
  const request = (credentialId: string) => ({
    rpId: 'login.example',
    credentialId,
    challenge: PROOF_CHALLENGE,
    isTouched: false,
  });

  it('is a silent assertion over the proof message', async () => {
    const { authenticator, registered } = await device();
    const { id, response } = await registered();
    const proof = await provePasskey(authenticator, request(id), {});
    const authData = decodeBytes(proof?.authenticatorData ?? '');
    expect(readAuthenticatorData(authData).userPresent).toBe(false);
    const key = createPublicKey({
      key: Buffer.from(decodeBytes(response.publicKey ?? '')),
      format: 'der',
      type: 'spki',
    });
    const hash = createHash('sha256').update(passkeyProofMessage(PROOF_CHALLENGE)).digest();
    const signature = decodeBytes(proof?.signature ?? '');
    expect(verify('sha256', Buffer.concat([authData, hash]), key, signature)).toBe(true);
  });

  it('cannot be made if the passkey is elsewhere', async () => {
    const { authenticator } = await device();
    expect(await provePasskey(authenticator, request(encodeBytes(new Uint8Array(32))), {})).toBeNull();
  });

  it('needs the PIN if the device always verifies its user', async () => {
    const { fake, authenticator, registered } = await device();
    const { id } = await registered();
    fake.options.set('alwaysUv', true);
    expect(await provePasskey(authenticator, request(id), {})).toBeNull();
    expect(await provePasskey(authenticator, request(id), { pin: fidoPinOf(PIN) })).not.toBeNull();
  });
});
