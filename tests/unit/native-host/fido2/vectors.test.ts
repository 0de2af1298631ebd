import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { encodeBytes } from '@cardwright/protocol';
import { encodeAttestationObject } from '../../../../native-host/src/applets/fido2/attestation-object.js';
import { readAuthenticatorData } from '../../../../native-host/src/applets/fido2/authenticator-data.js';
import {
  deleteCredentialParameters,
  minPinLengthParameters,
} from '../../../../native-host/src/applets/fido2/authorized-command.js';
import { cborMap, encodeCbor } from '../../../../native-host/src/applets/fido2/cbor.js';
import { serialiseClientData } from '../../../../native-host/src/applets/fido2/client-data.js';
import { PinToken } from '../../../../native-host/src/applets/fido2/client-pin.js';
import { subjectPublicKeyInfo } from '../../../../native-host/src/applets/fido2/cose-key.js';
import { COMMAND } from '../../../../native-host/src/applets/fido2/ctap.js';
import { encodeMessage } from '../../../../native-host/src/applets/fido2/ctap-channel.js';
import { fidoPinOf, padNewPin, pinHash } from '../../../../native-host/src/applets/fido2/fido-pin.js';
import { getAssertionParameters } from '../../../../native-host/src/applets/fido2/get-assertion.js';
import { readInfo } from '../../../../native-host/src/applets/fido2/info.js';
import { makeCredentialParameters } from '../../../../native-host/src/applets/fido2/make-credential.js';
import {
  agree,
  PIN_PROTOCOL_ONE,
  PIN_PROTOCOL_TWO,
  pinProtocolFor,
} from '../../../../native-host/src/applets/fido2/pin-protocol.js';
import { hex, mapOf, vectors } from './vectors.js';

const { inputs, commands } = vectors;
const rp = { id: 'login.example', name: 'Example' };

describe.each(vectors.pinProtocols)('PIN/UV auth protocol $version, as python-fido2 has it', (expected) => {
  const protocol = expected.version === 1 ? PIN_PROTOCOL_ONE : PIN_PROTOCOL_TWO;
  const { ownKey, secret } = agree(protocol, mapOf(inputs.peerKey), inputs.ourPrivateKey);

  it('derives the same secret, and sends the same key', () => {
    expect(hex(secret)).toBe(hex(expected.sharedSecret));
    expect(hex(encodeCbor(ownKey))).toBe(hex(expected.ownKey));
  });

  it('encrypts a new PIN and the hash of the old one', () => {
    const newPinEnc = protocol.encrypt(secret, padNewPin(fidoPinOf(inputs.newPin)), inputs.iv);
    const pinHashEnc = protocol.encrypt(secret, pinHash(fidoPinOf(inputs.pin)), inputs.iv);
    expect(hex(newPinEnc)).toBe(hex(expected.newPinEnc));
    expect(hex(pinHashEnc)).toBe(hex(expected.pinHashEnc));
    expect(hex(protocol.authenticate(secret, newPinEnc))).toBe(hex(expected.setPinAuth));
    expect(hex(protocol.authenticate(secret, Buffer.concat([newPinEnc, pinHashEnc])))).toBe(
      hex(expected.changePinAuth),
    );
  });

  it('decrypts a token, and authenticates with it', () => {
    const token = protocol.decrypt(secret, expected.tokenEnc);
    expect(hex(token)).toBe(hex(inputs.token));
    expect(protocol.isToken(token)).toBe(true);
    const { param } = new PinToken(protocol, token).authenticate(inputs.clientDataHash);
    expect(hex(param)).toBe(hex(expected.tokenAuth));
  });
});

describe('messages, as python-fido2 writes them', () => {
  const token = (): PinToken => new PinToken(PIN_PROTOCOL_TWO, Uint8Array.from(inputs.token));
  const verification = { token: token().authenticate(inputs.clientDataHash) };

  it('getInfo', () => {
    expect(hex(encodeMessage(COMMAND.GET_INFO))).toBe(hex(commands.getInfo));
  });

  it('makeCredential', () => {
    const order = {
      clientDataHash: inputs.clientDataHash,
      rp,
      user: { id: Uint8Array.of(1, 2, 3), name: 'lena@example', displayName: 'Lena Grün' },
      algorithms: [-7, -257],
      excludeList: [inputs.credentialId],
      residentKey: true,
      userVerification: 'required',
      extensions: { credProtect: 2, hmacSecret: true, minPinLength: true },
      enterpriseAttestation: 1,
    } as const;
    const message = encodeMessage(COMMAND.MAKE_CREDENTIAL, makeCredentialParameters(order, verification));
    expect(hex(message)).toBe(hex(commands.makeCredential));
  });

  it('getAssertion', () => {
    const { clientDataHash, credentialId } = inputs;
    const order = { rpId: rp.id, clientDataHash, allowList: [credentialId], up: false };
    const message = encodeMessage(COMMAND.GET_ASSERTION, getAssertionParameters(order, verification));
    expect(hex(message)).toBe(hex(commands.getAssertion));
  });

  it('deleteCredential', () => {
    const parameters = deleteCredentialParameters(inputs.credentialId, token());
    expect(hex(encodeMessage(COMMAND.CREDENTIAL_MANAGEMENT, parameters))).toBe(hex(commands.deleteCredential));
  });

  it('setMinPINLength', () => {
    const parameters = minPinLengthParameters({ length: 8, rpIds: [rp.id], forceChange: true }, token());
    expect(hex(encodeMessage(COMMAND.CONFIG, parameters))).toBe(hex(commands.setMinPinLength));
  });
});

describe('a response of python-fido2', () => {
  it('is read as the same information', () => {
    const info = readInfo(mapOf(inputs.info));
    expect(info).toMatchObject({
      versions: ['FIDO_2_0', 'FIDO_2_1'],
      extensions: ['credProtect', 'hmac-secret', 'minPinLength'],
      aaguid: '01020304-0506-0708-090a-0b0c0d0e0f10',
      maxMessageSize: 1200,
      maxCredentialCount: 8,
      maxCredentialIdLength: 128,
      transports: ['nfc', 'usb'],
      algorithms: [-7, -8],
      minPinLength: 6,
    });
    expect(pinProtocolFor(info.pinProtocols)).toBe(PIN_PROTOCOL_TWO);
  });

  it.each(vectors.credentials)('is read as the same credential with algorithm $algorithm', (expected) => {
    const data = readAuthenticatorData(expected.authData);
    expect(data).toMatchObject({
      rpIdHash: expected.rpIdHash,
      userPresent: true,
      userVerified: true,
      backupEligible: false,
      signCount: expected.signCount,
      attested: { aaguid: expected.aaguid, credentialId: expected.credentialId, algorithm: expected.algorithm },
    });
    expect(data.extensions?.get('credProtect')).toBe(2);
    const spki = data.attested && subjectPublicKeyInfo(data.attested.publicKey);
    expect(spki && hex(spki)).toBe(hex(expected.spki));
  });

  it.each(vectors.credentials)(
    'is the same attestation object with algorithm $algorithm',
    ({ authData, attestationObject }) => {
      const attStmt = cborMap([
        ['x5c', [Uint8Array.of(0x30, 0x00)]],
        ['sig', Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x01)],
        ['alg', -7],
      ]);
      expect(hex(encodeAttestationObject({ fmt: 'packed', attStmt, authData }))).toBe(hex(attestationObject));
    },
  );

  it.each(vectors.clientData)('is the same client data for $origin', ({ challenge, origin, json, hash }) => {
    const clientData = serialiseClientData({ type: 'webauthn.create', challenge: encodeBytes(challenge), origin });
    expect(Buffer.from(clientData).toString()).toBe(json);
    expect(createHash('sha256').update(clientData).digest('hex')).toBe(hex(hash));
  });
});
