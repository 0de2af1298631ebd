import { describe, expect, it } from '@jest/globals';
import { passkeyOrderOf } from '../../../sdk/src/passkey-order.js';
import { FIDO_PIN_STAGE, passkeyStage } from '../../support/scripted-stages.js';

const jwsOf = (payload: object): string =>
  ['header', Buffer.from(JSON.stringify(payload)).toString('base64url'), 'signature'].join('.');

describe('the passkey that a step creates', () => {
  it.each([
    ['window', 'shared'],
    ['host', 'separate'],
  ] as const)('is read from its payload: way %s, PIN %s', (way, pin) => {
    const commands = [{ method: 'fido.getInfo', params: {} }, ...(passkeyStage(way, pin).commands ?? [])];
    expect(passkeyOrderOf(jwsOf({ number: 4, commands }))).toEqual({
      way,
      pin,
      origin: 'https://login.microsoft.com',
      service: 'Microsoft',
    });
  });

  it.each([
    ['another step', jwsOf({ commands: FIDO_PIN_STAGE.commands })],
    ['a way that nobody knows', jwsOf({ commands: [{ method: 'fido.createCredential', params: { way: 'post' } }] })],
    ['no JSON', 'header.c3RlcA.signature'],
    ['no base64url', 'header.?.signature'],
    ['no JWS', 'step'],
    ['nothing', ''],
  ])('is unknown if there is %s', (_, jws) => {
    expect(passkeyOrderOf(jws)).toBeUndefined();
  });
});
