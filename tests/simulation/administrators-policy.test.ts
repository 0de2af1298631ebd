import { afterEach, describe, expect, it } from '@jest/globals';
import type { CardwrightError, UserParams } from '@cardwright/protocol';
import type { HostPolicy } from '@cardwright/protocol/policy';
import { Bench, READER, type BenchOptions } from './failures/bench.js';

const FACTORY_PIN = '123456';
const RULES = { minLength: 6, maxLength: 8, digitsOnly: false, forbidTrivial: false };
const USER = { source: 'user' } as const;

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

async function open(policy: Partial<HostPolicy>, options: BenchOptions = {}): Promise<Bench> {
  bench = await Bench.open({ ...options, policy: { allowedDevices: null, pinRules: null, logLevel: null, ...policy } });
  return bench;
}

const pinRules = { minLength: 7, fidoMinLength: 8, digitsOnly: true, forbidTrivial: true };
const notAllowed = (model: string) => ({ code: 'DEVICE_NOT_ALLOWED', data: { model } });

describe('the models that the administrator allows', () => {
  it('can be opened; a page learns of others only what the list shows', async () => {
    const allowed = await open({ allowedDevices: ['piv', 'yubikey'] });
    expect(await allowed.openDevice()).toMatchObject({ model: 'yubikey' });
    await allowed.close();
    const desk = await open({ allowedDevices: ['piv', 'fido2'] });
    const { id } = await desk.listed();
    await expect(desk.client.call('device.open', { device: id })).rejects.toMatchObject(notAllowed('yubikey'));
    await expect(desk.client.call('pin.getStatus', {})).rejects.toMatchObject({ code: 'DEVICE_NOT_OPEN' });
    // The host does not hold the refused card either: the next program finds it free.
    expect((await desk.listed()).state).toBe('ready');
  });

  it.each([[['yubikey']], [[]]] as const)('are only %j, whatever name the device was listed under', async (models) => {
    const desk = await open({ allowedDevices: [...models] }, { profile: 'piv' });
    const { id } = await desk.listed();
    for (const device of [id, id, `${id}@${READER}`]) {
      const refused = desk.client.call('device.open', { device }).catch((error: unknown) => error);
      expect(['DEVICE_NOT_ALLOWED', 'DEVICE_NOT_FOUND']).toContain(((await refused) as CardwrightError).code);
    }
  });

  it('are checked against the card in the reader, not the one that was listed', async () => {
    const desk = await open({ allowedDevices: ['yubikey'] });
    await desk.openDevice();
    await desk.client.call('device.close', {});
    await desk.exchange({ profile: 'piv' });
    const { id } = await desk.listed();
    await expect(desk.client.call('device.open', { device: id })).rejects.toMatchObject(notAllowed('piv'));
  });
});

describe("the administrator's rules for PINs", () => {
  it('apply beside weaker rules of the CMS', async () => {
    const typed = ['abcdefg', '428539', '4285391'];
    const desk = await open({ pinRules }, { user: { choosePin: () => typed.shift() ?? null } });
    const secrets = { pin: await desk.sealed('pin', FACTORY_PIN), newPin: USER };
    await desk.run([{ method: 'pin.change', params: { rules: RULES, secrets } }]);
    expect(typed).toEqual([]);
  });

  it('refuse a PIN that the CMS would take', async () => {
    const desk = await open({ pinRules }, { pin: '428539' });
    const secrets = { pin: await desk.sealed('pin', FACTORY_PIN), newPin: USER };
    const change = desk.run([{ method: 'pin.change', params: { rules: RULES, secrets } }]);
    await expect(change).rejects.toMatchObject({ code: 'PIN_RULE_VIOLATED', data: { rule: 'length' } });
  });

  it('conflict with a CMS that allows only what they forbid', async () => {
    const desk = await open({ pinRules: { ...pinRules, minLength: 8 } });
    const secrets = { pin: await desk.sealed('pin', FACTORY_PIN), newPin: USER };
    const change = desk.run([{ method: 'pin.change', params: { rules: { ...RULES, maxLength: 7 }, secrets } }]);
    await expect(change).rejects.toMatchObject({ code: 'PIN_RULES_CONFLICT' });
  });

  it('apply to FIDO PINs too', async () => {
    const asked: UserParams<'user.enterSecrets'>[] = [];
    const typed = ['käfer-4', 'käfer-42'];
    const chooseFidoPin = (question: UserParams<'user.enterSecrets'>): string | null => {
      asked.push(question);
      return typed.shift() ?? null;
    };
    const desk = await open({ pinRules }, { profile: 'fido-key-serial', user: { chooseFidoPin } });
    const rules = { minLength: 4, forbidTrivial: false };
    await desk.run([{ method: 'fido.setPin', params: { rules, secrets: { newFidoPin: USER } } }]);
    expect(asked.map(({ fidoRules, problem }) => [fidoRules, problem])).toEqual([
      [{ minLength: 8, forbidTrivial: true }, null],
      [{ minLength: 8, forbidTrivial: true }, 'PIN_RULE_VIOLATED'],
    ]);
  });
});
