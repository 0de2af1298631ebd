/** @own-modules because this file replaces a module of Node. */
import { createECDH, type ECDH } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import { cborMap, encodeCbor, type CborMap } from '../../../../native-host/src/applets/fido2/cbor.js';
import { hex, mapOf, vectors } from './vectors.js';

/** Compares whole messages of authenticatorClientPIN, with the random numbers of the python-fido2 vectors. */

const { inputs } = vectors;
const actual = { ...(await import('node:crypto')) };
jest.unstable_mockModule('node:crypto', () => ({
  ...actual,
  randomBytes: () => Buffer.from(inputs.iv),
  createECDH: (curve: string): ECDH => {
    const ecdh = createECDH(curve);
    jest.spyOn(ecdh, 'generateKeys').mockImplementation(() => {
      ecdh.setPrivateKey(inputs.ourPrivateKey);
      return '';
    });
    return ecdh;
  },
}));
const { ClientPin } = await import('../../../../native-host/src/applets/fido2/client-pin.js');
const { CtapChannel } = await import('../../../../native-host/src/applets/fido2/ctap-channel.js');
const { fidoPinOf } = await import('../../../../native-host/src/applets/fido2/fido-pin.js');
const { readInfo } = await import('../../../../native-host/src/applets/fido2/info.js');

const PERMISSIONS = 0x03;

function clientPin(version: 1 | 2, withPermissions = true) {
  const sent: string[] = [];
  const vector = vectors.pinProtocols.find((protocol) => protocol.version === version);
  const answers: CborMap[] = [
    cborMap([[1, mapOf(inputs.peerKey)]]),
    cborMap([[2, vector?.tokenEnc ?? new Uint8Array()]]),
  ];
  const transport = {
    transports: [],
    reopen: () => Promise.resolve(),
    send: (message: Uint8Array) => {
      sent.push(hex(message));
      return Promise.resolve(Uint8Array.of(0, ...encodeCbor(answers.shift() ?? cborMap([]))));
    },
  };
  const info = {
    ...readInfo(mapOf(inputs.info)),
    pinProtocols: [version],
    options: new Map([['pinUvAuthToken', withPermissions]]),
  };
  return { sent, pin: new ClientPin(new CtapChannel(transport), () => info) };
}

describe.each(vectors.clientPin)('authenticatorClientPIN with protocol $version', (expected) => {
  const { version } = expected;
  it('sets a PIN as python-fido2 does', async () => {
    const { sent, pin } = clientPin(version);
    await pin.setPin(fidoPinOf(inputs.newPin));
    expect(sent[1]).toBe(hex(expected.setPin));
  });

  it('changes a PIN as python-fido2 does', async () => {
    const { sent, pin } = clientPin(version);
    await pin.changePin(fidoPinOf(inputs.pin), fidoPinOf(inputs.newPin));
    expect(sent[1]).toBe(hex(expected.changePin));
  });

  it('requests a token with permissions', async () => {
    const { sent, pin } = clientPin(version);
    await pin.pinToken(fidoPinOf(inputs.pin), { permissions: PERMISSIONS, rpId: 'login.example' });
    expect(sent[1]).toBe(hex(expected.pinToken));
  });

  it('requests a token without permissions if the authenticator knows none', async () => {
    const { sent, pin } = clientPin(version, false);
    await pin.pinToken(fidoPinOf(inputs.pin), { permissions: PERMISSIONS, rpId: 'login.example' });
    expect(sent[1]).toBe(hex(expected.legacyPinToken));
  });
});
