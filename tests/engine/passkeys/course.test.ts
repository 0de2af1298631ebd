import { CardwrightError } from '@cardwright/protocol';
import { describe, expect, it } from '@jest/globals';
import { takesFidoPin } from '../../simulation/passkeys/support/browser.js';
import { SoftwareAuthenticator } from '../../support/passkeys/software-authenticator.js';
import { PasskeyStage, type StageOptions } from '../support/passkey-stage.js';
import { failureOf } from '../support/scripted-service.js';
import { everyOrOneIn } from '../../support/thorough.js';

const DONE = { state: 'done', deviceState: 'active', error: null };
const forgotten = (): never => {
  throw new CardwrightError('FIDO_PIN_FORGOTTEN');
};

describe('an issuance with a passkey', () => {
  it('has the host create it once the user chose a FIDO PIN, and the device PIN comes last', async () => {
    const stage = await PasskeyStage.open();
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.executed).toEqual(['fido.getInfo', 'fido.setPin', 'fido.createCredential']);
    expect(stage.host.executed.at(-1)).toBe('pin.change');
    expect(stage.host.fido.orders).toMatchObject([
      {
        way: 'host',
        origin: 'https://login.example.net',
        proof: expect.stringMatching(/^[\w-]{43}$/),
        pin: 'separate',
        mayForget: false,
      },
    ]);
    expect(stage.passkeys).toMatchObject([
      { service: 'entra', rpId: 'login.example.net', way: 'host', place: 'proved', attested: true, removalDueAt: null },
    ]);
    expect([...stage.services.entra.registered.values()]).toEqual(['YubiKey 10000001']);
  });

  it('is pending only with the last of several passkeys', async () => {
    const stage = await PasskeyStage.open({ passkeys: { services: ['entra', 'portal'] } });
    const states: (string | null)[] = [];
    let answer = await stage.start();
    while (answer.step) {
      states.push(`${answer.phase.name} ${String(answer.deviceState)} ${stage.passkeys.length}`);
      answer = await stage.next(answer);
    }
    expect(answer).toMatchObject(DONE);
    expect(states.slice(-4)).toEqual([
      'fido-pin producing 0',
      'passkey producing 0',
      'passkey producing 1',
      'pin pending 2',
    ]);
    expect(stage.passkeys.map(({ service }) => service)).toEqual(['entra', 'portal']);
  });

  it.each<[string, StageOptions['passkeys'], string, string, string]>([
    ['the page, at the own site', { services: ['portal'] }, 'page', 'portal', 'cms.example.com'],
    ['a window, at a foreign one', {}, 'window', 'entra', 'login.example.net'],
  ])('leaves the ceremony to %s where the host cannot reach FIDO', async (_what, passkeys, way, service, rpId) => {
    const stage = await PasskeyStage.open({ passkeys, profile: 'yubikey' });
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.executed).toEqual(['fido.createCredential']);
    expect(stage.host.fido.orders).toMatchObject([{ way, pin: 'separate', secrets: { fidoPin: null } }]);
    expect(stage.passkeys).toMatchObject([{ service, way, rpId, place: 'not-proved' }]);
  });

  it('has the device prove that it holds the passkey from the browser', async () => {
    const stage = await PasskeyStage.open({ passkeys: { ways: ['window'], unproved: 'refuse' } });
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.executed).toEqual(['fido.getInfo', 'fido.createCredential']);
    expect(stage.host.fido.orders).toMatchObject([{ way: 'window', proof: expect.stringMatching(/^[\w-]{43}$/) }]);
    expect(stage.passkeys).toMatchObject([{ way: 'window', place: 'proved' }]);
  });

  it('accepts a passkey on another key if the policy does, and records that', async () => {
    const stage = await PasskeyStage.open({ passkeys: { ways: ['window'] } });
    stage.host.fido.taken = new SoftwareAuthenticator();
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.passkeys).toMatchObject([{ place: 'not-proved' }]);
  });

  it('records the passkey in the audit log, and no PIN anywhere', async () => {
    const stage = await PasskeyStage.open();
    await stage.relay();
    const { audit, ...rows } = stage.store.contents();
    expect(audit).toContainEqual(
      expect.objectContaining({
        actor: 'ada',
        event: 'passkey.registered',
        deviceId: stage.device?.id,
        detail: expect.objectContaining({ service: 'entra', way: 'host', place: 'proved', attested: true }),
      }),
    );
    const written = JSON.stringify({ audit, rows });
    expect(stage.host.secrets).toContain('852074');
    for (const secret of stage.host.secrets) expect(written).not.toContain(secret);
  });
});

describe('the FIDO PIN', () => {
  it('is asked where one is set', async () => {
    const stage = await PasskeyStage.open();
    stage.fido.pin = '852074';
    await stage.reinsert();
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.executed).toEqual(['fido.getInfo', 'fido.createCredential']);
    expect(stage.host.fido.orders).toMatchObject([{ mayForget: true, secrets: { fidoPin: { source: 'user' } } }]);
  });

  it('is asked once in a session, even for several passkeys', async () => {
    const stage = await PasskeyStage.open({ passkeys: { services: ['entra', 'portal'] } });
    stage.fido.pin = '852074';
    await stage.reinsert();
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.host.fido.orders.map(({ secrets }) => secrets.fidoPin?.source)).toEqual(['user', 'session']);
  });

  it('is changed first if the device insists', async () => {
    const stage = await PasskeyStage.open();
    stage.fido.pin = '852074';
    stage.fido.forceChange();
    const { fido } = await stage.reinsert();
    const pins = ['852074', '741852'];
    fido.user = () => pins.shift() ?? '741852';
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.executed).toEqual(['fido.getInfo', 'fido.changePin', 'fido.createCredential']);
  });

  it.each(everyOrOneIn(2, ['policy', 'device']))('is the initial PIN if the %s says that it is shared', async (who) => {
    const passkeys = { pin: who === 'policy' ? ('shared' as const) : ('separate' as const) };
    const stage = await PasskeyStage.open({ passkeys, profile: 'shared-pin' });
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.host.fido.orders).toMatchObject([{ pin: 'shared', secrets: { fidoPin: { source: 'session' } } }]);
    expect(stage.executed).toEqual(['fido.getInfo', 'fido.createCredential']);
    // The definitive PIN works for both.
    await stage.card.holder?.release();
    const { board, reader } = stage.card.readerOfBrowser();
    expect(await takesFidoPin(board, reader, stage.card.pin)).toBe(true);
  });

  it('is still the initial PIN in another issuance of the device, after the service refused its passkey', async () => {
    const stage = await PasskeyStage.open({ profile: 'shared-pin' });
    stage.services.entra.failures.finish.push(failureOf('PASSKEY_REFUSED', { reason: 'attestation' }));
    expect(await stage.relay()).toMatchObject({ state: 'failed' });
    await stage.reinsert();
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.host.fido.orders.at(-1)).toMatchObject({ pin: 'shared', secrets: { fidoPin: { source: 'session' } } });
  });

  it.each([
    ['shared-pin', true],
    ['yubikey-5.8', false],
  ] as const)('is recorded as shared or separate (%s), which later windows mention', async (profile, isShared) => {
    const stage = await PasskeyStage.open({ profile });
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.device?.sharesPin).toBe(isShared);
    for (const kind of ['change-pin', 'unlock']) {
      const host = await stage.reinsert();
      const told: unknown[] = [];
      host.user = (secret, question) => {
        told.push(question.isShared);
        return secret === 'pin' ? stage.card.pin : `86271${told.length}`;
      };
      const proof = { at: new Date(), by: 'password', device: null };
      const answer = await stage.cms.start({ ...stage.byAda, proof }, { ...host.startRequest, kind });
      expect(await stage.relayOn(answer)).toMatchObject(DONE);
      expect([kind, new Set(told)]).toEqual([kind, new Set([isShared])]);
    }
  });

  it('is unknown while a dialog of the browser uses a temporary one', async () => {
    const stage = await PasskeyStage.open({ passkeys: { pin: 'shared', ways: ['window'] }, profile: 'shared-pin' });
    const order = await stage.relay('passkey');
    expect(stage.device).toMatchObject({ state: 'producing', hasInitialPin: false });
    const next = await stage.next(order);
    expect(next).toMatchObject({ phase: { name: 'pin' }, deviceState: 'pending' });
    expect(stage.host.fido.orders).toMatchObject([{ way: 'window', pin: 'shared', secrets: { fidoPin: null } }]);
    // The device now waits for the definitive PIN, and the CMS does not know which of the two it has.
    expect(await stage.next(next)).toMatchObject(DONE);
  });

  it('is still separate after its user set one in the dialog of an earlier session', async () => {
    const stage = await PasskeyStage.open({ passkeys: { services: ['portal', 'entra'], ways: ['page', 'window'] } });
    const second = await stage.relay('passkey').then((answer) => stage.next(answer));
    expect(second).toMatchObject({ phase: { name: 'passkey' }, deviceState: 'producing' });
    await stage.reinsert();
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.host.fido.orders).toMatchObject([{ pin: 'separate' }]);
  });

  it.each([
    ['is not known', (stage: PasskeyStage) => (stage.host.fido.user = forgetOnce())],
    ['is blocked', (stage: PasskeyStage) => stage.fido.block()],
  ])('is removed by a reset if it %s, and chosen again', async (_what, spoil) => {
    const stage = await PasskeyStage.open();
    stage.fido.pin = '999999';
    await stage.reinsert();
    spoil(stage);
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.executed).toEqual([
      'fido.getInfo',
      'fido.createCredential',
      'fido.reset',
      'fido.setPin',
      'fido.createCredential',
    ]);
    expect(stage.fido.credentials).toHaveLength(1);
  });

  it('takes earlier passkeys along at a reset, which are then created again', async () => {
    const stage = await PasskeyStage.open({ passkeys: { services: ['entra', 'portal'] } });
    const second = await stage.relay('passkey').then((answer) => stage.next(answer));
    expect(second.phase.name).toBe('passkey');
    await stage.reinsert();
    stage.host.fido.user = forgetOnce();
    expect(await stage.relay()).toMatchObject(DONE);
    expect(stage.passkeys.map(({ service, removalDueAt }) => [service, removalDueAt === null])).toEqual([
      ['entra', false],
      ['entra', true],
      ['portal', true],
    ]);
  });

  it.each<[string, StageOptions['passkeys'], boolean]>([
    ['by the policy', { reset: 'refuse' }, false],
    ['because it is shared', { pin: 'shared' }, true],
  ])('is not removed where a reset is refused %s', async (_what, passkeys, sharesPin) => {
    const stage = await PasskeyStage.open({ passkeys, profile: sharesPin ? 'shared-pin' : 'yubikey-5.8' });
    stage.fido.pin = '999999';
    await stage.reinsert();
    const order = await stage.relay('passkey');
    stage.fido.block();
    const error = expect.objectContaining({ data: expect.objectContaining({ name: 'FIDO_PIN_BLOCKED' }) });
    expect(await stage.relayOn(order)).toMatchObject({ state: 'failed', deviceState: 'failed', error });
    expect(stage.executed).not.toContain('fido.reset');
    expect(stage.host.fido.orders).toMatchObject([{ mayForget: false }]);
  });
});

/** Plays a user who has forgotten the PIN once, and then types one. */
function forgetOnce(): () => string {
  let isForgotten = true;
  return () => {
    if (!isForgotten) return '852074';
    isForgotten = false;
    return forgotten();
  };
}
