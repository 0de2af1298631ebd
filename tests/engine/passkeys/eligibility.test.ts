import { describe, expect, it } from '@jest/globals';
import { ORIGIN } from '../support/engine-parts.js';
import { PasskeyStage, type StageOptions } from '../support/passkey-stage.js';
import { failureOf, ScriptedService } from '../support/scripted-service.js';

const DAY = 24 * 60 * 60 * 1000;
const ISSUE = { action: 'start', reason: null };
const refused = (reason: string) => ({ action: null, reason });
const MODEL = "Your organisation doesn't allow passkeys on devices of this model.";
const ATTESTATION = "This device can't prove its origin to the passkey service, which your organisation requires.";
const WAY = "A passkey can't be created on this device at this computer in a way that your organisation allows.";
const PERSON = "The passkey service doesn't allow passkeys for your account. Contact your help desk.";
const SERVICE = 'The passkey service accepts no new passkeys. Contact your help desk.';
const UNKNOWN = /^This portal isn't connected to the service/;

describe('Check Device', () => {
  it('reports what a service forbids for the model, before the card is touched', async () => {
    const stage = await PasskeyStage.open();
    expect(await stage.judge()).toEqual(ISSUE);
    expect(stage.services.entra.asked).toEqual([{ aaguid: stage.host.startRequest.device.fido2?.aaguid }]);
    stage.services.entra.obstacle = 'model';
    expect(await stage.judge()).toEqual(refused(MODEL));
    stage.services.entra.obstacle = 'person';
    expect(await stage.judge()).toEqual(refused(PERSON));
    stage.services.entra.obstacle = 'service';
    expect(await stage.judge()).toEqual(refused(SERVICE));
    stage.services.entra.obstacle = 'attestation';
    expect(await stage.judge()).toEqual(refused(ATTESTATION));
    await expect(stage.start()).rejects.toMatchObject({
      code: 'DEVICE_NOT_ELIGIBLE',
      data: { reason: ATTESTATION },
    });
    expect(stage.store.contents().operations).toEqual([]);
  });

  it('asks each service in the policy once for all devices of a model', async () => {
    const stage = await PasskeyStage.open();
    const { device } = stage.host.startRequest;
    await stage.cms.judge(stage.byAda, 'issue', [device, { ...device, id: 'another' }, { ...device, state: 'held' }]);
    expect(stage.services.entra.asked).toHaveLength(1);
    expect(stage.services.portal.asked).toEqual([]);
  });

  it.each([
    [
      'cannot answer',
      (service: ScriptedService) => service.failures.findObstacle.push(failureOf('PASSKEY_SERVICE_UNAVAILABLE')),
    ],
    ['has a defect', (service: ScriptedService) => service.failures.findObstacle.push(new Error('defect'))],
  ])('lets a device start although a service %s, which is reported when the passkey begins', async (_what, spoil) => {
    const stage = await PasskeyStage.open();
    spoil(stage.services.entra);
    expect(await stage.judge()).toEqual(ISSUE);
  });

  it('does not wait for a service as long as the ceremony of a passkey does', async () => {
    // Only the limit of the verdict can end this wait.
    const stage = await PasskeyStage.open({ cms: { passkeyTimeout: DAY } });
    stage.services.entra.findObstacle = () => new Promise(() => undefined);
    expect(await stage.judge()).toEqual(ISSUE);
  });

  it.each<[string, StageOptions['passkeys'], boolean, object]>([
    ['the host, which does not reach it', { ways: ['host'] }, false, refused(WAY)],
    ['the page, at a foreign site', { ways: ['page'] }, true, refused(WAY)],
    ['a window, at a foreign site', { ways: ['window'] }, false, ISSUE],
    [
      'a service that is not there',
      { services: ['other'] },
      true,
      { action: null, reason: expect.stringMatching(UNKNOWN) },
    ],
  ])('judges a policy that wants %s', async (_what, passkeys, isReached, verdict) => {
    const stage = await PasskeyStage.open({ passkeys, profile: isReached ? 'yubikey-5.8' : 'yubikey' });
    expect(await stage.judge()).toEqual(verdict);
  });

  it('lets a device of a kind that its policy does not mention start', async () => {
    const keys = await PasskeyStage.open();
    const alone = { applications: ['fido2'], capabilities: null, pin: null, puk: null, managementKey: null } as const;
    expect(await keys.judge({ ...alone, applications: ['fido2'] })).toEqual(
      refused('This device has no PIV application, which your organisation requires.'),
    );
    const passkeys = await PasskeyStage.open({ policy: { slots: {} } });
    expect(await passkeys.judge()).toMatchObject({
      action: null,
      reason: expect.stringMatching(/^Your organisation sets up passkeys alone/),
    });
  });
});

it('rejects two services of one name', async () => {
  const twice = [new ScriptedService('entra', ORIGIN, Date.now), new ScriptedService('entra', ORIGIN, Date.now)];
  await expect(PasskeyStage.open({ cms: { passkeyServices: twice } })).rejects.toThrow(
    'two passkey services of one name',
  );
});
