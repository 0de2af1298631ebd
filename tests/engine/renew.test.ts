import { renew } from '@cardwright/cms';
import { readDevicePolicy } from '@cardwright/cms/policies';
import { CardwrightError } from '@cardwright/protocol';
import { PROVE_OWNER } from '@cardwright/protocol/mobile';
import { describe, expect, it } from '@jest/globals';
import { actOn } from '../support/engine/operator-action.js';
import { personOf } from '../support/engine/people.js';
import { failingAuthority } from '../support/failing-authority.mjs';
import { everyOrOneIn, oneIn } from '../support/thorough.js';
import { engineParts } from './support/engine-parts.js';
import {
  certificatesIn,
  changeRules,
  dueStage,
  GIVEN_UP,
  hasGoodOnes,
  RENEWED,
  SLOTS,
  standings,
  UNTOUCHED,
} from './support/renewal-stage.js';
import { ToyStage } from './support/toy-stage.js';

const DAY = 24 * 60 * 60 * 1000;
const OLGA = personOf('olga');
const named = (name: string) => ({ data: { name } });
const DONE = { state: 'done', error: null, deviceState: 'active' };

describe.each(['yubikey', 'piv'] as const)('the certificates of an active %s', (model) => {
  it('are renewed for the same keys with one entry of the PIN', async () => {
    const stage = await dueStage({ model });
    const keys = new Map(stage.card.keys);
    const { guid, pin } = stage.card;
    const chuid = stage.card.objects.get('chuid');
    await changeRules(stage, { certificateDays: 200 });
    const host = await stage.newHost();
    expect(await stage.relay(host, 'renew')).toMatchObject(DONE);

    expect(host.questions.map(({ secrets }) => secrets)).toEqual([['pin']]);
    expect(standings(stage)).toEqual(RENEWED);
    expect(hasGoodOnes(stage)).toBe(true);
    expect([stage.card.keys, stage.card.guid, stage.card.pin]).toEqual([keys, guid, pin]);
    for (const slot of ['9A', '9C', '9E'] as const) {
      const [former, renewed] = certificatesIn(stage, slot);
      expect(renewed).toMatchObject({ keyHash: former?.keyHash, proof: former?.proof, pendingRenewal: null });
      expect(renewed?.serialNumber).not.toBe(former?.serialNumber);
    }
    // The CHUID ends with the certificates: on another day than before.
    expect(stage.card.objects.get('chuid')).not.toBe(chuid);
    const day = certificatesIn(stage, '9A')[1]?.notAfter.toISOString().slice(0, 10).replaceAll('-', '') ?? '';
    expect(Buffer.from(stage.card.objects.get('chuid') ?? '', 'base64url').toString('latin1')).toContain(day);
    const { audit } = stage.store.contents();
    expect(audit.filter(({ event }) => event === 'certificate.renewed').map(({ detail }) => detail.slot)).toEqual([
      '9A',
      '9C',
      '9E',
    ]);
    expect(JSON.stringify(stage.store.contents())).not.toContain(pin);
  });

  it('can be renewed repeatedly', async () => {
    const stage = await dueStage({ model });
    for (let times = 0; times < 3; times += 1)
      expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(standings(stage)['9A']).toEqual(['superseded', 'superseded', 'superseded', 'good']);
    expect(hasGoodOnes(stage)).toBe(true);
  });

  const PULLED = [
    ['csr.create', 1],
    ['csr.create', 2],
    ['csr.create', 3],
    ['csr.create', 4],
    ['managementKey.getChallenge', 1],
    ['managementKey.authenticate', 1],
    ['object.write', 1],
    ['object.read', 1],
    ['certificate.write', 1],
    ['certificate.read', 1],
    ['certificate.write', 2],
    ['certificate.read', 2],
    ['certificate.write', 3],
    ['certificate.read', 3],
  ] as const;
  it.each(oneIn(14, PULLED, 3))(
    'have one good one in each slot after a pull at %s, number %i, and a resumption',
    async (method, nth) => {
      for (const when of ['before', 'after'] as const) {
        const stage = await dueStage({ model });
        const host = await stage.newHost();
        host.pull = { method, nth, when };
        const pulled = await stage.relay(host, 'renew');
        expect(pulled).toMatchObject({ state: 'running', error: named('CARD_REMOVED') });
        // No certificate is good that was not read back, and each slot has a good one.
        for (const slot of ['9A', '9C', '9E'] as const)
          expect(certificatesIn(stage, slot).filter(({ revocationReason }) => revocationReason === null)).toHaveLength(
            1,
          );
        const resumed = await stage.relay(await stage.newHost(), 'renew');
        expect(resumed).toMatchObject({ ...DONE, operation: pulled.operation });
        expect(standings(stage)).toEqual(RENEWED);
        expect(hasGoodOnes(stage)).toBe(true);
      }
    },
  );
});

describe('a certificate on the card that a pull has damaged', () => {
  it.each(
    everyOrOneIn(5, [
      ['yubikey', '9A'],
      ['yubikey', '9E'],
      ['piv', '9A'],
      ['piv', '9C'],
      ['piv', '9E'],
    ]),
  )('is written again when the renewal is resumed: %s %s', async (model, slot) => {
    const stage = await dueStage({ model });
    const host = await stage.newHost();
    host.pull = { method: 'certificate.write', nth: 1, when: 'before' };
    await stage.relay(host, 'renew');
    stage.card.damageCertificate(slot);
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(hasGoodOnes(stage)).toBe(true);
  });

  it('does not keep a plain card from proving its owner', async () => {
    const stage = await dueStage({ model: 'piv' });
    stage.card.damageCertificate('9A');
    expect(await stage.relay(await stage.newHost(), PROVE_OWNER)).toMatchObject(DONE);
  });
});

describe('a renewal', () => {
  /** Opens a stage whose clock a test moves, with certificates for ten days. */
  async function movableStage() {
    const clock = { ahead: 0 };
    const stage = await dueStage({
      now: () => new Date(Date.now() + clock.ahead),
      policy: { certificateDays: 10, renewalDays: 3 },
    });
    return { stage, clock };
  }

  it.each([
    ['the day before the certificates end', 9],
    ['the day after they ended', 11],
    ['a year after they ended', 375],
  ])('works on %s', async (_when, days) => {
    const { stage, clock } = await movableStage();
    clock.ahead = days * DAY;
    await changeRules(stage, { certificateDays: 1095 });
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(hasGoodOnes(stage)).toBe(true);
    expect(await stage.relay(await stage.newHost(), PROVE_OWNER)).toMatchObject(DONE);
  });

  it('is refused and not offered while the certificates are good for longer', async () => {
    const { stage, clock } = await movableStage();
    const offered = async () => {
      const { certificates, devices } = stage.store.contents();
      const [device] = devices;
      const row = await stage.store.transaction((transaction) => transaction.findPolicy('yubikey'));
      return device && stage.cms.offeredFor(device, { certificates, passkeys: [], policy: row?.policy, asked: [] });
    };
    clock.ahead = 6 * DAY;
    expect(await offered()).toEqual(['change-pin', 'unlock']);
    const reason = "The certificates of this device are good for longer. They can't be renewed yet.";
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject({
      state: 'failed',
      error: { data: { name: 'DEVICE_NOT_ELIGIBLE', details: { reason } } },
      deviceState: 'active',
    });
    expect(standings(stage)).toEqual(UNTOUCHED);
    clock.ahead = 8 * DAY;
    expect(await offered()).toEqual(['renew', 'change-pin', 'unlock']);
  });

  it('is offered 30 days before the end by a policy of an earlier version', async () => {
    const stage = await ToyStage.issued({ operations: [renew] });
    const [device] = stage.store.contents().devices;
    const row = await stage.store.transaction((transaction) => transaction.findPolicy('yubikey'));
    expect(row?.policy.renewalDays).toBe(30);
    const endingIn = (days: number) => [
      { slot: '9A' as const, algorithm: 'P-256', notAfter: new Date(Date.now() + days * DAY) },
    ];
    const offered = (days: number) =>
      device &&
      stage.cms.offeredFor(device, { certificates: endingIn(days), passkeys: [], policy: row?.policy, asked: [] });
    expect([offered(31), offered(29), offered(-29)]).toEqual([[], ['renew'], ['renew']]);
  });

  it('changes nothing when its user closes the PIN window', async () => {
    const stage = await dueStage();
    const host = await stage.newHost();
    host.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    expect(await stage.relay(host, 'renew')).toMatchObject({ state: 'cancelled', error: named('USER_CANCELLED') });
    expect([standings(stage), stage.running]).toEqual([UNTOUCHED, []]);
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
  });

  it('revokes the new certificates alone when it is given up', async () => {
    const stage = await dueStage();
    const host = await stage.newHost();
    host.pull = { method: 'certificate.write', when: 'before' };
    const { operation } = await stage.relay(host, 'renew');
    const hold = ['good', 'certificateHold'];
    expect(standings(stage)).toEqual({ '9A': hold, '9C': hold, '9E': hold });
    await stage.cms.cancel(stage.by(), operation);
    expect(standings(stage)).toEqual(GIVEN_UP);
    expect(stage.device?.state).toBe('active');
  });

  it('revokes the new certificates alone when another operation takes the device', async () => {
    const stage = await dueStage();
    const host = await stage.newHost();
    host.pull = { method: 'certificate.write', when: 'before' };
    await stage.relay(host, 'renew');
    await stage.start(await stage.newHost(), PROVE_OWNER);
    expect(standings(stage)).toEqual(GIVEN_UP);
  });

  it('keeps what was read back when it is given up, and can be started for the rest', async () => {
    const stage = await dueStage();
    const host = await stage.newHost();
    host.pull = { method: 'certificate.write', nth: 2, when: 'before' };
    const { operation } = await stage.relay(host, 'renew');
    await stage.cms.cancel(stage.by(), operation);
    expect(standings(stage)).toEqual({ ...GIVEN_UP, '9A': ['superseded', 'good'] });
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(hasGoodOnes(stage)).toBe(true);
  });

  it('leaves no certificate that was not read back good when its device is suspended and resumed meanwhile', async () => {
    const stage = await dueStage();
    const host = await stage.newHost();
    host.pull = { method: 'certificate.write', when: 'before' };
    await stage.relay(host, 'renew');
    const id = stage.device?.id ?? '';
    await actOn(stage, OLGA, 'suspend', id);
    const held = ['certificateHold', 'certificateHold'];
    expect(standings(stage)).toEqual({ '9A': held, '9C': held, '9E': held });
    await actOn(stage, OLGA, 'resume', id);
    const hold = ['good', 'certificateHold'];
    expect(standings(stage)).toEqual({ '9A': hold, '9C': hold, '9E': hold });
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(standings(stage)).toEqual(RENEWED);
  });

  it('ends with its device, whose certificates are all revoked', async () => {
    const stage = await dueStage();
    const host = await stage.newHost();
    host.pull = { method: 'certificate.write', when: 'before' };
    await stage.relay(host, 'renew');
    await actOn(stage, OLGA, 'terminate', stage.device?.id ?? '', 'lost');
    expect(Object.values(standings(stage)).flat()).toEqual(Array.from({ length: 6 }, () => 'cessationOfOperation'));
  });

  it('changes nothing when the authority refuses, and continues when the authority is back', async () => {
    const { authority } = await engineParts();
    let mode = 'answer';
    const stage = await dueStage({ authority: failingAuthority(authority, () => mode) });
    mode = 'refuse 9C';
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject({
      state: 'failed',
      error: named('CA_REFUSED'),
      deviceState: 'active',
    });
    expect(standings(stage)).toEqual({ ...UNTOUCHED, '9A': ['good', 'superseded'] });
    mode = 'answer';
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
  });

  it('renews a plain card without a key in 9E, which proves itself by the keys that are renewed', async () => {
    const stage = await dueStage({ model: 'piv', policy: { slots: { '9A': 'P-256', '9C': 'P-256' } } });
    const host = await stage.newHost();
    host.pull = { method: 'certificate.write', when: 'before' };
    await stage.relay(host, 'renew');
    const again = await stage.newHost();
    expect(await stage.relay(again, 'renew')).toMatchObject(DONE);
    // The card shows in the second session too that it is the device.
    expect(again.executed.filter((method) => method === 'csr.create')).toHaveLength(1);
    expect(hasGoodOnes(stage)).toBe(true);
  });

  it('renews a YubiKey without a key in 9E, which proves itself by its management key', async () => {
    const stage = await dueStage({ policy: { slots: { '9A': 'P-256' } } });
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(standings(stage)).toEqual({ '9A': ['superseded', 'good'] });
  });

  it('leaves out a slot that the policy no longer has', async () => {
    const stage = await dueStage();
    await changeRules(stage, { slots: { '9A': SLOTS['9A'], '9E': SLOTS['9E'] } });
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(standings(stage)).toEqual({ ...RENEWED, '9C': ['good'] });
  });

  it('is offered for cards alone, and for active ones', async () => {
    const stage = await dueStage();
    const [device] = stage.store.contents().devices;
    if (!device) throw new Error('there is a device');
    const row = await stage.store.transaction((transaction) => transaction.findPolicy('yubikey'));
    const holdings = {
      certificates: stage.store.contents().certificates,
      passkeys: [],
      policy: row && readDevicePolicy(row),
      asked: [],
    };
    const offered = (change: object) => stage.cms.offeredFor({ ...device, ...change }, holdings).includes('renew');
    expect([offered({}), offered({ state: 'suspended' }), offered({ model: 'ios' })]).toEqual([true, false, false]);
    expect(stage.cms.offeredFor(device)).not.toContain('renew');
  });
});
