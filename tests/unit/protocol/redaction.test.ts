import { beforeAll, describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { signStep } from '@cardwright/protocol/steps';
import { REDACTED, redactError, redactMethod, redactParams, redactResult } from '@cardwright/protocol/trace';
import { generateKeyPair, type CryptoKey } from 'jose';

const PIN = '739164';
const JWE = 'a.b.c.d.e';

let key: CryptoKey;
beforeAll(async () => {
  key = (await generateKeyPair('ES256')).privateKey;
});

const step = (commands: { method: string; params: Record<string, unknown> }[]) =>
  signStep(
    {
      origin: 'https://cms.example',
      operation: 'operation-1',
      number: 1,
      device: 'serial:1',
      card: { model: 'yubikey', serial: '1', guid: null, certificates: [] },
      session: 's'.repeat(43),
      expires: 1,
      commands,
    },
    key,
    'k1',
  );

describe('redaction of a step', () => {
  it('shows its commands, each without what the table marks or does not know', async () => {
    const jws = await step([
      { method: 'key.generate', params: { slot: '9A', algorithm: 'P-256', pinPolicy: 'once', touchPolicy: 'never' } },
      { method: 'pin.unblock', params: { rules: null, secrets: { puk: { source: 'cms', sealed: JWE } }, pin: PIN } },
      { method: PIN, params: { [PIN]: PIN } },
    ]);
    const shown = redactParams('step.run', { jws });
    expect(shown).toMatchObject({
      jws: {
        operation: 'operation-1',
        commands: [
          { method: 'key.generate', params: { slot: '9A', algorithm: 'P-256' } },
          { method: 'pin.unblock', params: { secrets: { puk: { source: 'cms', sealed: REDACTED } } } },
          { method: REDACTED, params: { [REDACTED]: REDACTED } },
        ],
      },
    });
    for (const secret of [PIN, JWE, jws.slice(0, 40)]) expect(JSON.stringify(shown)).not.toContain(secret);
  });

  it.each([`a.${Buffer.from(PIN).toString('base64url')}.c`, 'a.b.c', PIN, 42])(
    'shows nothing of %j, which is none',
    (jws) => {
      expect(redactParams('step.run', { jws })).toEqual({ jws: REDACTED });
    },
  );

  it('shows the results of its commands as the table says of each', () => {
    const challenge = { algorithm: '3DES', witness: 'AAAA' };
    const error = new CardwrightError('PIN_INCORRECT', { retriesLeft: 2 }).toWire();
    expect(
      redactResult('step.run', {
        outcomes: [
          { method: 'managementKey.getChallenge', result: challenge },
          { method: 'pin.verify', error: { ...error, message: PIN } },
        ],
      }),
    ).toEqual({
      outcomes: [
        { method: 'managementKey.getChallenge', result: { algorithm: '3DES', witness: REDACTED } },
        { method: 'pin.verify', error },
      ],
    });
  });
});

describe('redaction of an error', () => {
  it('keeps what the catalogue says of it', () => {
    const error = new CardwrightError('INVALID_PARAMS', { path: 'classes.0', problem: 'expected "read"' }).toWire();
    expect(redactError(error)).toEqual(error);
  });

  it.each([
    ['a code that is not in the catalogue', { name: PIN }],
    ['details that it does not have', { name: 'CANCELLED', details: { pin: PIN } }],
    [
      'the name of a member that the page chose',
      { name: 'INVALID_PARAMS', details: { path: `a.${PIN}`, problem: '' } },
    ],
  ])('shows nothing of %s, nor its message', (_what, data) => {
    expect(JSON.stringify(redactError({ code: 1, message: PIN, data }))).not.toContain(PIN);
  });
});

describe('redaction of names', () => {
  it('replaces a member or a method that is no word', () => {
    expect(redactParams('device.open', { force: true, [PIN]: true })).toEqual({ force: true, [REDACTED]: true });
    expect([redactMethod('$/setTrace'), redactMethod(PIN)]).toEqual(['$/setTrace', REDACTED]);
  });
});

describe('redaction of notifications', () => {
  it('keeps what the protocol says of them', () => {
    const error = new CardwrightError('HOST_CRASHED').toWire();
    expect(redactParams('session.ended', { error })).toEqual({ error });
    for (const params of [{ id: 7, kind: 'user', method: 'pin.verify' }, { id: 'host-1' }])
      expect(redactParams('kind' in params ? '$/progress' : '$/cancelRequest', params)).toEqual(params);
    expect(redactParams('$/progress', { id: 7, kind: PIN })).toEqual({ id: 7, kind: REDACTED });
  });
});
