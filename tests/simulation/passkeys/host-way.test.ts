import { afterEach, describe, expect, it } from '@jest/globals';
import { encodeBytes } from '@cardwright/protocol';
import type { Circumstances, ProfileName } from '@cardwright/virtual-card';
import { Bench, type BenchOptions } from '../failures/bench.js';
import { ORIGIN } from '../failures/signing-cms.js';
import { FOREIGN, judge, optionsFor, order, setPin } from './support/orders.js';

const FIDO_PIN = 'käfer-42';

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

async function open(options: BenchOptions = {}): Promise<Bench> {
  bench = await Bench.open({
    profile: 'yubikey-5.8',
    ...options,
    user: { chooseFidoPin: () => FIDO_PIN, ...options.user },
  });
  return bench;
}

describe('a device that is read', () => {
  it.each<[ProfileName, Circumstances, object]>([
    ['yubikey-5.8', {}, { model: 'yubikey', applications: ['piv', 'fido2'], fido2: { pinSet: false } }],
    ['yubikey', {}, { model: 'yubikey', applications: ['piv'], fido2: null }],
    ['yubikey', { contactless: true }, { model: 'yubikey', applications: ['piv', 'fido2'] }],
    ['piv', {}, { model: 'piv', applications: ['piv'], fido2: null }],
    [
      'fido-key',
      {},
      {
        model: 'fido2',
        modelName: 'Security key',
        applications: ['fido2'],
        provisional: true,
        serial: null,
        capabilities: null,
        pin: null,
        puk: null,
        managementKey: null,
      },
    ],
    ['fido-key-serial', {}, { model: 'fido2', applications: ['fido2'], provisional: false }],
  ])('shows the model and applications of a %s read %j', async (profile, circumstances, facts) => {
    const device = await (await open({ profile, circumstances })).openDevice();
    expect(device).toMatchObject(facts);
    expect(device.serial === null).toBe(device.provisional);
  });

  it('has no application where a card has neither PIV nor FIDO2', async () => {
    await expect((await open({ profile: 'no-piv' })).listed()).resolves.toMatchObject({ state: 'no-application' });
  });

  it('refuses PIV commands on a security key without PIV', async () => {
    const { run } = await open({ profile: 'fido-key' }).then((one) => ({ run: one.run.bind(one) }));
    await expect(run([{ method: 'pin.getStatus', params: {} }])).rejects.toMatchObject({
      code: 'NOT_SUPPORTED_BY_DEVICE',
      data: { capability: 'piv' },
    });
  });
});

describe('a passkey that the host registers', () => {
  it.each(['yubikey-5.8', 'fido-key', 'fido-key-serial', 'fido-key-touch'] as const)(
    'is on the open %s, which proves it',
    async (profile) => {
      const desk = await open({ profile });
      const one = order();
      const [pinSet, made] = await desk.run([setPin, one]);
      expect(pinSet).toMatchObject({ device: { fido2: { pinSet: true } } });
      expect(judge(one, made)).toMatchObject({
        clientData: {
          type: 'webauthn.create',
          challenge: one.params.options.challenge,
          origin: ORIGIN,
          crossOrigin: false,
        },
        isProved: true,
      });
      expect(made).toMatchObject({ device: { id: (await desk.listed()).id, fido2: { pinSet: true } } });
    },
  );

  it('is refused before its user is asked for the PIN where the device has one already, which is named', async () => {
    const desk = await open();
    const first = order();
    const [, made] = await desk.run([setPin, first]);
    const { id } = judge(first, made);
    await desk.openDevice();
    const asked = desk.progress.filter((kind) => kind === 'user').length;
    const options = { ...optionsFor(), excludeCredentials: [{ type: 'public-key' as const, id }] };
    const again = order({ options, secrets: { fidoPin: { source: 'user' } } });
    await expect(desk.run([again])).rejects.toMatchObject({ code: 'PASSKEY_EXISTS', data: { credential: id } });
    expect(desk.progress.filter((kind) => kind === 'user')).toHaveLength(asked);
  });

  it.each(['fido-key-touch', 'yubikey-5.8'] as const)(
    'is refused with the PIN where the %s does not show without it what it has',
    async (profile) => {
      const desk = await open({ profile });
      const protectedOptions = {
        ...optionsFor(),
        extensions: { credentialProtectionPolicy: 'userVerificationRequired' },
      };
      const first = order({ options: protectedOptions });
      const [, made] = await desk.run([setPin, first]);
      const excludeCredentials = [{ type: 'public-key' as const, id: judge(first, made).id }];
      const again = order({ options: { ...optionsFor(), excludeCredentials } });
      await expect(desk.run([again])).rejects.toMatchObject({ code: 'PASSKEY_EXISTS', data: {} });
    },
  );

  it('waits for a touch, and reports that', async () => {
    const desk = await open({ circumstances: { touch: { after: 300 } } });
    await desk.run([setPin, order()]);
    expect(desk.progress).toContain('touch');
  });

  it('is not made when the page cancels before the touch: the authenticator is told to stop', async () => {
    const desk = await open({ circumstances: { touch: 'never' } });
    await desk.run([setPin]);
    const cancelling = new AbortController();
    const refused = expect(desk.run([order()], {}, cancelling.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
    while (!desk.progress.includes('touch')) await new Promise((resolve) => setTimeout(resolve, 20));
    cancelling.abort();
    await refused;
    expect(desk.card.state.fido?.credentials).toEqual([]);
    await expect(desk.run([{ method: 'fido.getInfo', params: {} }])).resolves.toMatchObject([{ pinRetriesLeft: 8 }]);
  });

  it('leaves PIV usable, but no longer authenticated', async () => {
    const desk = await open();
    await desk.proveManagementKey('AES-192');
    const write = { method: 'object.write', params: { object: 'ccc', content: encodeBytes(Buffer.alloc(4)) } };
    await desk.run([write]);
    await desk.run([setPin, order()]);
    await expect(desk.run([write])).rejects.toMatchObject({ code: 'NOT_AUTHENTICATED' });
    await desk.proveManagementKey('AES-192');
    await desk.run([write]);
  });

  it.each(['yubikey-5.8', 'fido-key-odd'] as const)(
    'can be deleted from a %s with the remembered PIN',
    async (profile) => {
      const desk = await open({ profile });
      const one = order();
      const [, made] = await desk.run([setPin, one]);
      const { id } = judge(one, made);
      const params = { rpId: one.params.options.rp.id, credential: id, secrets: { fidoPin: { source: 'session' } } };
      const remove = { method: 'fido.deleteCredential', params };
      await expect(desk.run([remove])).resolves.toEqual([{ deleted: true }]);
      expect(desk.card.state.fido?.credentials).toEqual([]);
    },
  );

  it('cannot be deleted in a later session, however a page names it', async () => {
    const desk = await open();
    const one = order();
    const [, made] = await desk.run([setPin, one]);
    const { id } = judge(one, made);
    await desk.openDevice();
    const params = { rpId: one.params.options.rp.id, credential: id, secrets: { fidoPin: { source: 'user' } } };
    await expect(desk.run([{ method: 'fido.deleteCredential', params }])).resolves.toEqual([{ deleted: false }]);
    expect(desk.card.state.fido?.credentials).toHaveLength(1);
  });

  it('is limited to relying parties that the administrator lists, whatever the CMS signed', async () => {
    const foreign = order({ origin: FOREIGN, options: optionsFor('login.example') });
    const desk = await open();
    await desk.run([setPin]);
    const apdus = desk.card.history.length;
    await expect(desk.run([foreign])).rejects.toMatchObject({
      code: 'RP_NOT_ALLOWED',
      data: { rpId: 'login.example' },
    });
    expect(desk.card.history).toHaveLength(apdus);
    await desk.close();
    const allowed = await open({ relyingParties: [FOREIGN] });
    const [, made] = await allowed.run([setPin, foreign]);
    expect(judge(foreign, made)).toMatchObject({ isProved: true, clientData: { origin: FOREIGN } });
  });
});
