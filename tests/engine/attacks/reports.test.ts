import type { PersonProof } from '@cardwright/cms/operations';
import type { Person } from '@cardwright/cms/store';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { addRows, type Contents } from '../../support/engine/filled-store.js';
import type { TestCard } from '../../support/host-and-card/test-card.js';
import { CmsUser } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms, WIDE_QUOTAS } from '../support/test-cms.js';
import { ALICE, BOB, OLGA } from '../support/test-people.js';

const MINUTE = 60_000;
const LIMIT = 2;

let cms: TestCms;
let alice: CmsUser;
let olga: CmsUser;
beforeEach(async () => {
  cms = await TestCms.open({ deviceLimit: LIMIT, policy: { slots: FEW_SLOTS } });
  alice = new CmsUser(cms, ALICE);
  olga = new CmsUser(cms, OLGA);
});

const byPassword = (): PersonProof => ({ at: new Date(), by: 'password', device: null });

/** Rows of devices that were issued once in this file. Each test begins with copies of the first of them. */
const issuedOnce: Promise<Contents>[] = [];

async function issueOnce(): Promise<Contents> {
  const own = await TestCms.open({ policy: { slots: FEW_SLOTS } });
  expect(await new CmsUser(own, ALICE).issue(own.newCard('piv'))).toMatchObject({ deviceState: 'active' });
  return own.store.contents();
}

async function newDevice(): Promise<string> {
  const rows = await (issuedOnce[cms.devices.length] ??= issueOnce());
  await addRows(cms.store, rows);
  return rows.devices[0]?.id ?? '';
}

const report = (id: string, incident: string, person: Person = ALICE) => cms.running.report(person, id, { incident });
const takeBack = (id: string, proof: PersonProof | undefined = byPassword(), person: Person = ALICE) =>
  cms.running.takeBack({ person, language: 'en', proof }, id);
const replace = (id: string, proof: PersonProof | undefined = byPassword(), person: Person = ALICE) =>
  cms.running.replace({ person, language: 'en', proof }, id);
const device = (id: string) => cms.devices.find((one) => one.id === id);
const reasonsOf = (id: string) => [...new Set(device(id)?.certificates.map((one) => one.revocationReason))];
const allReasonsOf = (id: string) => [
  ...new Set(
    cms.store
      .contents()
      .certificates.filter(({ deviceId }) => deviceId === id)
      .map((one) => one.revocationReason),
  ),
];
const eventsOf = (id: string) => cms.audit.filter(({ deviceId }) => deviceId === id).map(({ event }) => event);
const refused = (code: string) => expect.objectContaining({ code });

describe('a report', () => {
  it.each(['lost', 'stolen', 'damaged', 'left-at-home'])('of %s suspends at once, with who and why', async (what) => {
    const id = await newDevice();
    await report(id, what);
    const stateReason = `reported ${what} by its owner`;
    expect(device(id)).toMatchObject({ state: 'suspended', incident: what, stateReason });
    expect(reasonsOf(id)).toEqual(['certificateHold']);
    expect(cms.audit).toContainEqual(
      expect.objectContaining({
        actor: 'alice',
        event: 'device.reported',
        deviceId: id,
        detail: { incident: what, before: null },
      }),
    );
  });

  it.each([
    ['lost', 'cessationOfOperation'],
    ['stolen', 'keyCompromise'],
    ['damaged', 'superseded'],
    ['left-at-home', 'cessationOfOperation'],
  ])('of %s revokes as %s when the device ends, and not before', async (incident, reason) => {
    const id = await newDevice();
    await report(id, incident);
    await olga.act(id, 'terminate');
    expect(allReasonsOf(id)).toEqual([reason]);
    expect(device(id)).toMatchObject({ state: 'terminated', incident });
  });

  it("is refused for someone else's device as for none, and nothing is changed", async () => {
    const id = await newDevice();
    const before = cms.store.contents();
    await expect(report(id, 'lost', BOB)).rejects.toMatchObject({ code: 'DEVICE_STATE', data: { state: 'unknown' } });
    await expect(report('0', 'lost', BOB)).rejects.toMatchObject({ code: 'DEVICE_STATE', data: { state: 'unknown' } });
    expect(cms.store.contents()).toEqual(before);
  });

  it("neither takes back nor replaces someone else's device", async () => {
    const id = await newDevice();
    await report(id, 'lost');
    await expect(takeBack(id, byPassword(), BOB)).rejects.toEqual(refused('DEVICE_STATE'));
    await expect(replace(id, byPassword(), BOB)).rejects.toEqual(refused('DEVICE_STATE'));
    expect(device(id)).toMatchObject({ state: 'suspended', replacementAskedAt: null });
  });

  it.each(['borrowed', 'toString', ''])('of %p is no report', async (incident) => {
    await expect(report(await newDevice(), incident)).rejects.toEqual(refused('INVALID_PARAMS'));
  });
});

describe('a report that is taken back', () => {
  it.each(['lost', 'left-at-home'])('gives the device back that was %s', async (incident) => {
    const id = await newDevice();
    await report(id, incident);
    await takeBack(id);
    expect(device(id)).toMatchObject({ state: 'active', incident: null });
    expect(reasonsOf(id)).toEqual([null]);
    expect(eventsOf(id)).toContain('device.report-taken-back');
  });

  it.each<[string, (id: string) => PersonProof | undefined]>([
    ['without a proof', () => undefined],
    ['with an old one', () => ({ ...byPassword(), at: new Date(Date.now() - 6 * MINUTE) })],
    ['with the passkey of the very device', (id) => ({ ...byPassword(), by: 'passkey', device: id })],
  ])('needs a fresh proof: is refused to a stolen session %s', async (_what, proof) => {
    const id = await newDevice();
    await report(id, 'lost');
    const requester = { person: ALICE, language: 'en', proof: proof(id) };
    const wantsProof = { code: 'LOGIN_REQUIRED', data: { fresh: true } };
    await expect(cms.running.takeBack(requester, id)).rejects.toMatchObject(wantsProof);
    await expect(cms.running.replace(requester, id)).rejects.toMatchObject(wantsProof);
    expect(device(id)).toMatchObject({ state: 'suspended', replacementAskedAt: null });
  });

  it.each(['stolen', 'damaged'])('is never %s, not even by way of another report', async (incident) => {
    const id = await newDevice();
    await report(id, 'lost');
    await report(id, incident);
    await expect(takeBack(id)).rejects.toEqual(refused('DEVICE_STATE'));
    for (const milder of ['lost', 'left-at-home'])
      await expect(report(id, milder)).rejects.toEqual(refused('DEVICE_STATE'));
    expect(device(id)).toMatchObject({ state: 'suspended', incident });
  });

  it('does not undo what an operator has suspended', async () => {
    const id = await newDevice();
    await olga.act(id, 'suspend', 'under inquiry');
    await report(id, 'lost');
    expect(device(id)).toMatchObject({ incident: 'lost', stateReason: 'suspended by an operator: under inquiry' });
    await expect(takeBack(id)).rejects.toEqual(refused('DEVICE_STATE'));
    await expect(replace(id)).rejects.toEqual(refused('DEVICE_STATE'));
    expect(device(id)?.state).toBe('suspended');
  });

  it('is not what an operator resumes of their own device', async () => {
    const id = await newDevice();
    const own = new CmsUser(cms, ALICE);
    await report(id, 'stolen');
    expect((await own.act(id, 'resume')).code).toBe('FORBIDDEN');
    expect(await olga.act(id, 'resume')).toMatchObject({ body: { state: 'active' } });
    expect(device(id)).toMatchObject({ incident: null });
  });
});

describe('a report in a race', () => {
  it('refuses the action of an operator who saw the device before it', async () => {
    const id = await newDevice();
    const seen = cms.versionOf(id);
    await report(id, 'lost');
    expect((await olga.actWith(id, 'suspend', { seen })).code).toBe('DEVICE_CHANGED');
    await olga.act(id, 'terminate');
    await expect(report(id, 'stolen')).rejects.toEqual(refused('DEVICE_STATE'));
    await expect(takeBack(id)).rejects.toEqual(refused('DEVICE_STATE'));
  });

  it('keeps a device suspended whose PIN was being chosen', async () => {
    const card = cms.newCard('piv');
    const host = await alice.openHost(card);
    const { operation, step } = await alice.relay(host, ({ phase }) => phase.name === 'pin');
    const { id } = cms.deviceOf(card);
    await report(id, 'stolen');
    const body = { step: step?.number, outcomes: await host.run(step?.jws ?? '') };
    await alice.post(`operations/${operation}/results`, body);
    expect(device(id)).toMatchObject({ state: 'suspended', incident: 'stolen' });
    expect(reasonsOf(id)).toEqual(['certificateHold']);
  });
});

describe('a replacement', () => {
  const startOf = async (card: TestCard) => (await alice.judge(card)).action;

  it('is one device beyond the limit, and ends the reported one once it is active', async () => {
    const [lost, other] = [await newDevice(), await newDevice()];
    await report(lost, 'damaged');
    expect(await startOf(cms.newCard('piv'))).toBeNull();
    await replace(lost);
    const card = cms.newCard('piv');
    const host = await alice.openHost(card);
    await alice.relay(host, ({ phase }) => phase.name === 'pin');
    expect(device(lost)?.state).toBe('suspended');
    await alice.issue(card);
    expect(device(lost)).toMatchObject({ state: 'terminated', stateReason: 'replaced', incident: 'damaged' });
    expect(allReasonsOf(lost)).toEqual(['superseded']);
    expect(device(other)?.state).toBe('active');
    expect(eventsOf(lost)).toEqual(expect.arrayContaining(['device.replacement-asked', 'device.replaced']));
    expect(await startOf(cms.newCard('piv'))).toBeNull();
  });

  it('gives no second device beyond the limit, even if two devices were lost', async () => {
    const [first, second] = [await newDevice(), await newDevice()];
    for (const id of [first, second]) {
      await report(id, 'lost');
      await replace(id);
    }
    await alice.issue(cms.newCard('piv'), 'pin');
    expect(await startOf(cms.newCard('piv'))).toBeNull();
    expect(alice.devices).toHaveLength(LIMIT + 1);
  });

  it('gives no second device where two issuances run at once', async () => {
    const lost = await newDevice();
    await newDevice();
    await report(lost, 'lost');
    await replace(lost);
    const cards = [cms.newCard('piv'), cms.newCard('piv')];
    await Promise.allSettled(cards.map((card) => alice.issue(card)));
    expect(alice.devices.filter(({ state }) => state === 'active').length).toBeLessThanOrEqual(LIMIT);
    expect(alice.devices.length).toBeLessThanOrEqual(LIMIT + 1);
  });

  it('cannot be kept together with the device that it replaces', async () => {
    const lost = await newDevice();
    await newDevice();
    await report(lost, 'lost');
    await replace(lost);
    const card = cms.newCard('piv');
    await alice.issue(card, 'pin');
    await expect(takeBack(lost)).rejects.toEqual(refused('DEVICE_STATE'));
    await olga.act(lost, 'resume');
    await alice.issue(card);
    expect(device(lost)?.state).toBe('terminated');
    expect(alice.devices).toHaveLength(LIMIT);
  });

  it('is gone with the report', async () => {
    const lost = await newDevice();
    await newDevice();
    await report(lost, 'lost');
    await replace(lost);
    await takeBack(lost);
    expect(await startOf(cms.newCard('piv'))).toBeNull();
    await report(lost, 'lost');
    expect(await startOf(cms.newCard('piv'))).toBeNull();
  });

  it('may be made again where it was given up', async () => {
    const lost = await newDevice();
    await newDevice();
    await report(lost, 'lost');
    await replace(lost);
    const card = cms.newCard('piv');
    await alice.issue(card, 'pin');
    await olga.act(cms.deviceOf(card).id, 'terminate');
    expect(cms.deviceOf(card)).toMatchObject({ state: 'terminated', replaces: null });
    await alice.issue(cms.newCard('piv'));
    expect(device(lost)?.state).toBe('terminated');
    expect(alice.devices).toHaveLength(LIMIT);
  });

  it('is not to be had for what was only left at home', async () => {
    const id = await newDevice();
    await report(id, 'left-at-home');
    await expect(replace(id)).rejects.toEqual(refused('DEVICE_STATE'));
  });
});

describe('reports and take-backs without end', () => {
  const rows = () => cms.audit.filter(({ event }) => event.startsWith('device.report')).length;

  it('end at the limit of an hour, and write nothing more', async () => {
    const id = await newDevice();
    cms.restart({ quotas: { ...WIDE_QUOTAS, reportsPerHour: 3 } });
    for (let time = 0; time < 3; time += 1) {
      await report(id, 'lost');
      await takeBack(id);
    }
    await report(id, 'lost');
    const before = rows();
    expect(before).toBe(7);
    await expect(takeBack(id)).rejects.toEqual(refused('RATE_LIMITED'));
    await expect(report(id, 'left-at-home')).rejects.toEqual(refused('RATE_LIMITED'));
    expect(rows()).toBe(before);
    expect(device(id)).toMatchObject({ state: 'suspended', incident: 'lost' });
  });

  it.each(['lost', 'stolen', 'damaged', 'left-at-home'])(
    'never keep an owner from reporting that it is %s',
    async (what) => {
      const [used, other] = [await newDevice(), await newDevice()];
      cms.restart({ quotas: { ...WIDE_QUOTAS, reportsPerHour: 1 } });
      await report(used, 'lost');
      await takeBack(used);
      await report(used, 'lost');
      await expect(takeBack(used)).rejects.toEqual(refused('RATE_LIMITED'));
      await report(used, 'stolen');
      await report(other, what);
      expect([device(used)?.incident, device(other)?.incident]).toEqual(['stolen', what]);
    },
  );
});
