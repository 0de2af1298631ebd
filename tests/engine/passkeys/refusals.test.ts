import { CardwrightError, type ErrorCode } from '@cardwright/protocol';
import type { RegistrationResponse } from '@cardwright/protocol/passkeys';
import { describe, expect, it } from '@jest/globals';
import { SoftwareAuthenticator, type CeremonyFaults } from '../../support/passkeys/software-authenticator.js';
import { ORIGIN } from '../support/engine-parts.js';
import { PasskeyStage, type StageOptions } from '../support/passkey-stage.js';
import { failureOf } from '../support/scripted-service.js';
import { everyOrOneIn } from '../../support/thorough.js';

const failedWith = (name: ErrorCode, details: object = {}) => ({
  state: 'failed',
  deviceState: 'failed',
  error: expect.objectContaining({ data: expect.objectContaining({ name, ...details }) }),
});
const refusedFor = (reason: string) => failedWith('PASSKEY_REFUSED', { details: { reason } });

/** Expects that neither CMS nor service keeps a passkey. */
function expectNothing(stage: PasskeyStage): void {
  expect(stage.passkeys.filter(({ removalDueAt }) => removalDueAt === null)).toEqual([]);
  expect(stage.services.entra.registered.size).toBe(0);
}

describe('a host or page that lies', () => {
  it.each(
    everyOrOneIn<[string, string, CeremonyFaults]>(2, [
      ['for another challenge', 'challenge', { challenge: 'AAAA' }],
      ['for another origin', 'origin', { origin: 'https://evil.example.net' }],
      ['for the page, where a window was ordered', 'origin', { origin: ORIGIN }],
      ['for another relying party', 'rp-id', { rpId: 'example.net' }],
      ['without its user verified', 'signature', { userVerified: false }],
    ]),
  )('gets nothing with a passkey %s, and nothing is deleted on its word', async (_what, reason, faults) => {
    const stage = await PasskeyStage.open();
    stage.host.fido.lie = (created) => ({ ...created, registration: forged(stage, faults) });
    expect(await stage.relay()).toMatchObject(refusedFor(reason));
    expect(stage.executed).not.toContain('fido.deleteCredential');
    expectNothing(stage);
    expect(stage.store.contents().audit).toContainEqual(
      expect.objectContaining({
        event: 'passkey.refused',
        outcome: 'failed',
        detail: { service: 'entra', error: 'PASSKEY_REFUSED', reason },
      }),
    );
  });

  it('gets nothing with an answer from an earlier session', async () => {
    const stage = await PasskeyStage.open();
    let first: object | undefined;
    stage.host.fido.lie = (created) => {
      first = created;
      throw new CardwrightError('CARD_REMOVED');
    };
    await stage.relay();
    stage.wait(stage.services.entra.lifetime);
    await stage.reinsert();
    stage.host.fido.lie = (created) => ({ ...created, ...first, device: created.device });
    expect(await stage.relay()).toMatchObject(refusedFor('challenge'));
    expectNothing(stage);
  });

  it('gets nothing with an already registered passkey, even of another device', async () => {
    const stage = await PasskeyStage.open({ passkeys: { ways: ['window'] } });
    await stage.relay();
    const [registered] = stage.passkeys;
    if (!registered) throw new Error('there is a passkey');
    const other = await PasskeyStage.open({ passkeys: { ways: ['window'] }, serial: '10000002' });
    // Insert the first stage's row as another device of the same CMS.
    const { device } = stage;
    if (!device) throw new Error('there is a device');
    await other.store.transaction((transaction) => transaction.insertDevice(device));
    const order = await other.relay('passkey');
    const outcomes = await other.host.run(order.step?.jws ?? '');
    await other.know({ ...registered, credentialId: other.fido.credentials[0]?.id ?? '' });
    expect(await other.bring(order, outcomes)).toMatchObject(refusedFor('known'));
    expect(other.services.entra.registered.size).toBe(0);
    expect(other.executed).not.toContain('fido.deleteCredential');
  });

  it('gets nothing with the proof of another key or of an earlier session', async () => {
    const other = new SoftwareAuthenticator();
    for (const proofOf of [
      (challenge: string, stage: PasskeyStage) => {
        const { options, origin } = orderOf(stage);
        return other.prove(other.register(options, origin).passkey, challenge);
      },
      (_challenge: string, stage: PasskeyStage) => {
        const [credential] = stage.fido.credentials;
        return credential ? other.prove(credential, 'AAAA') : null;
      },
    ]) {
      const stage = await PasskeyStage.open({ passkeys: { ways: ['window'] } });
      stage.host.fido.lie = (created) => ({
        ...created,
        proof: proofOf(stage.host.fido.orders[0]?.proof ?? '', stage),
      });
      expect(await stage.relay()).toMatchObject(refusedFor('signature'));
      expectNothing(stage);
    }
  });

  it('fails when it continues with another device', async () => {
    const stage = await PasskeyStage.open({ passkeys: { ways: ['window'] } });
    stage.host.fido.lie = (created) => ({ ...created, device: { ...created.device, serial: '666' } });
    expect(await stage.relay()).toMatchObject(failedWith('WRONG_DEVICE'));
    expectNothing(stage);
  });

  it('gets nothing by claiming a passkey from another model than it described', async () => {
    const stage = await PasskeyStage.open();
    stage.host.fido.lie = (created) => {
      const fido2 = created.device.fido2 && { ...created.device.fido2, aaguid: '00000000-1111-2222-3333-444444444444' };
      return { ...created, device: { ...created.device, fido2 } };
    };
    expect(await stage.relay()).toMatchObject(refusedFor('attestation'));
    expectNothing(stage);
  });
});

describe('a passkey that is refused', () => {
  const PROVED: StageOptions = { passkeys: { ways: ['window'], unproved: 'refuse' } };

  it('is deleted where it is if nothing proves that it is on the device', async () => {
    const stage = await PasskeyStage.open(PROVED);
    stage.host.fido.lie = (created) => ({ ...created, proof: null });
    expect(await stage.relay()).toMatchObject(failedWith('PASSKEY_NOT_PROVED'));
    expect(stage.executed.at(-1)).toBe('fido.deleteCredential');
    expect(stage.fido.credentials).toEqual([]);
    expectNothing(stage);
  });

  it('never makes a device active that does not sign with the passkey that it has just created', async () => {
    const stage = await PasskeyStage.open({ model: 'fido2', profile: 'fido-key-odd' });
    stage.fido.requireUserVerification();
    await stage.reinsert();
    const error = expect.objectContaining({
      data: expect.objectContaining({ name: 'PASSKEY_REFUSED', details: { reason: 'unusable' } }),
    });
    expect(await stage.relay()).toMatchObject({ state: 'failed', error });
    expect(stage.device).toBeUndefined();
    expectNothing(stage);
  });

  it('is deleted where the host created it, and nothing shows that the device can use it', async () => {
    const stage = await PasskeyStage.open();
    stage.host.fido.lie = (created) => ({ ...created, proof: null });
    expect(await stage.relay()).toMatchObject(refusedFor('unusable'));
    expect(stage.executed.at(-1)).toBe('fido.deleteCredential');
    expect(stage.fido.credentials).toEqual([]);
    expectNothing(stage);
  });

  it('fails the issuance even if it is on another key', async () => {
    const stage = await PasskeyStage.open(PROVED);
    stage.host.fido.taken = new SoftwareAuthenticator();
    expect(await stage.relay()).toMatchObject(failedWith('PASSKEY_NOT_PROVED'));
    expectNothing(stage);
  });

  it.each<[string, Error, ReturnType<typeof failedWith>]>([
    [
      'as such',
      failureOf('PASSKEY_REFUSED', { reason: 'attestation' }),
      failedWith('PASSKEY_REFUSED', { details: { reason: 'attestation' } }),
    ],
    [
      'for a reason of its own',
      failureOf('PASSKEY_REFUSED', { reason: 'full moon' }),
      failedWith('PASSKEY_REFUSED', { details: { reason: 'service' } }),
    ],
    [
      'together with the CMS',
      failureOf('PASSKEY_SERVICE_REFUSED', { status: 403 }),
      failedWith('PASSKEY_SERVICE_REFUSED', { details: { service: 'entra', status: 403 } }),
    ],
  ])('is deleted on the device if its service refuses it %s', async (_what, failure, answer) => {
    const stage = await PasskeyStage.open();
    stage.services.entra.failures.finish.push(failure);
    expect(await stage.relay()).toMatchObject(answer);
    expect(stage.executed.at(-1)).toBe('fido.deleteCredential');
    expect(stage.fido.credentials).toEqual([]);
    expectNothing(stage);
  });

  it.each(everyOrOneIn(2, ['USER_CANCELLED', 'CARD_REMOVED']))(
    'fails the issuance for that reason even if its deletion ends with %s',
    async (code) => {
      const stage = await PasskeyStage.open({ passkeys: { ways: ['window'], unproved: 'refuse' } });
      stage.fido.pin = '852074';
      await stage.reinsert();
      stage.host.fido.lie = (created) => ({ ...created, proof: null });
      stage.host.fido.user = () => {
        throw new CardwrightError(code);
      };
      expect(await stage.relay()).toMatchObject(failedWith('PASSKEY_NOT_PROVED'));
    },
  );

  it.each([
    ['before anything is made: the service refuses to begin', failureOf('PASSKEY_SERVICE_REFUSED'), 'begin'],
    ['before anything is made: the profile changed meanwhile', null, 'findObstacle'],
  ] as const)('%s', async (_what, failure, method) => {
    const stage = await PasskeyStage.open();
    if (failure) stage.services.entra.failures[method].push(failure);
    // Check Device and start have asked the service before.
    const answer = stage.relay('certificates').then((out) => {
      if (!failure) stage.services.entra.obstacle = 'model';
      return stage.relayOn(out);
    });
    expect(await answer).toMatchObject(failedWith(failure ? 'PASSKEY_SERVICE_REFUSED' : 'PASSKEY_FORBIDDEN'));
    expect(stage.executed).not.toContain('fido.createCredential');
  });

  it.each(
    everyOrOneIn<CardwrightError>(4, [
      new CardwrightError('PASSKEY_EXISTS', {}),
      new CardwrightError('PASSKEY_STORE_FULL'),
      new CardwrightError('RP_NOT_ALLOWED', { rpId: 'login.example.net' }),
      new CardwrightError('FIDO_UNREACHABLE'),
    ]),
  )('fails the issuance if device or extension answers $code', async (error) => {
    const stage = await PasskeyStage.open();
    stage.host.fido.lie = () => {
      throw error;
    };
    expect(await stage.relay()).toMatchObject(failedWith(error.code));
    expectNothing(stage);
  });

  it('makes an accepted passkey due for removal at its service', async () => {
    const stage = await PasskeyStage.open({ passkeys: { services: ['entra', 'portal'] } });
    stage.services.portal.failures.finish.push(failureOf('PASSKEY_REFUSED', { reason: 'attestation' }));
    expect(await stage.relay()).toMatchObject(refusedFor('attestation'));
    expect(stage.passkeys).toMatchObject([{ service: 'entra', removalDueAt: expect.any(Date), removedAt: null }]);
    expect(await stage.cms.removeDuePasskeys()).toBe(1);
    expect(stage.services.entra.registered.size).toBe(0);
  });
});

function orderOf({ host }: PasskeyStage) {
  const [order] = host.fido.orders;
  if (!order) throw new Error('a passkey was ordered');
  return order;
}

/** Registers a passkey in software that claims to be the same model. */
function forged(stage: PasskeyStage, faults: CeremonyFaults): RegistrationResponse {
  const { options, origin } = orderOf(stage);
  const aaguid = stage.host.startRequest.device.fido2?.aaguid ?? '';
  return new SoftwareAuthenticator({ aaguid }).register(options, origin, faults).response;
}
