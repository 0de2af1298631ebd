import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { InsertedCard, Stage } from '@cardwright/stage';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { memoryOf, secretsOf } from '../../support/card-secrets.js';
import { HostProcess } from '../../support/host-process.js';
import { interruptionOf } from '../../support/interruption.js';
import { PortalClient } from '../../support/portal-client.js';
import { openOwnStage } from '../../support/own-stage.js';
import { portalOf } from '../../support/portal-options.js';
import { everyOrNamed } from '../../support/thorough.js';

type Profile = Parameters<Stage['insert']>[0]['profile'];

const NEW_PIN = '739154';
const EVERY_YUBIKEY = ['yubikey-5.4', 'yubikey-5.7.2', 'yubikey-5.8', 'yubikey-no-extended'] as const;
/** Of these, `npm test` issues the oldest, the newest, and the one that accepts only short APDUs. */
const YUBIKEYS = everyOrNamed(EVERY_YUBIKEY, 'yubikey-5.4', 'yubikey-5.8', 'yubikey-no-extended');
const PLAIN_CARDS = ['piv', 'piv-strict'] as const;
/** A YubiKey whose attestations name no serial number, and cards that report a version which attests, but cannot attest themselves. */
const UNPROVEN = ['yubikey-4.3.7', 'yubikey-no-f9', 'yubikey-no-attest'] as const;

let stage: Stage;
let alice: PortalClient;
let oscar: PortalClient;
const cards: InsertedCard[] = [];

const openPortal = (changes: Parameters<typeof portalOf>[0]) => async (): Promise<void> => {
  const portal = portalOf({ algorithm: 'P-256', unprovenKeys: 'supervised', deviceLimit: 50, ...changes });
  stage = await openOwnStage({ readers: 1, browser: false, portal });
  oscar = await new PortalClient(stage.portal.url).login('oscar');
};
beforeEach(async () => {
  alice = await new PortalClient(stage.portal.url).login('alice');
});
afterEach(async () => {
  for (const card of cards.splice(0)) await card.pull();
});

async function insert(profile: Profile, { stateFile, fault }: { stateFile?: string; fault?: string } = {}) {
  const args = fault === undefined ? [] : ['--fault', fault];
  const card = await stage.insert({ profile, args, ...(stateFile === undefined ? {} : { stateFile }) });
  cards.push(card);
  return card;
}

/** A page session of alice's with the only card, from its start to its end. */
async function during<T>(work: (host: HostProcess, device: DeviceInfo) => Promise<T>): Promise<T> {
  const cms = await alice.keys();
  const { url: origin } = stage.portal;
  const host = await HostProcess.start({ env: stage.env, origin, cms, choosePin: () => NEW_PIN, confirms: true });
  try {
    const { devices } = await host.call('device.list', {});
    const [device] = devices;
    if (device === undefined || devices.length > 1) throw new Error(`${devices.length} devices`);
    return await work(host, device);
  } finally {
    await host.close();
  }
}

const issue = (): Promise<OperationAnswer> => during((host, device) => alice.issue(host, device));
const eligibility = () => during((_host, device) => alice.eligibility([device]));

/** Expects the card's memory to have the user's PIN, no factory PUK, all tries, and a key and a certificate in each slot. */
function expectWhole({ stateFile }: InsertedCard): void {
  const { pin, puk, keys, objects } = memoryOf(stateFile);
  expect(secretsOf(stateFile)).toMatchObject({ pin: NEW_PIN, puk: expect.not.stringContaining('12345678') });
  expect([pin.triesLeft, puk.triesLeft]).toEqual([3, 3]);
  expect(Object.keys(keys)).toEqual(expect.arrayContaining(['0x9A', '0x9C', '0x9D', '0x9E']));
  expect(Object.keys(objects)).toEqual(expect.arrayContaining(['0x5FC105', '0x5FC10A', '0x5FC10B', '0x5FC101']));
}

describe('at a new portal that knows the vendor', () => {
  beforeAll(openPortal({}));
  afterAll(() => stage.close());

  describe.each(YUBIKEYS)('a %s', (profile) => {
    it('is issued, and again once an operator has terminated and released it', async () => {
      const card = await insert(profile);
      await expect(issue()).resolves.toMatchObject({ state: 'done', deviceState: 'active', error: null });
      expectWhole(card);
      const before = secretsOf(card.stateFile);

      await oscar.act('terminate', { from: 'active' });
      await expect(eligibility()).resolves.toMatchObject([
        { action: null, reason: expect.stringMatching(/terminated/) },
      ]);
      await oscar.act('release', { from: 'terminated', reason: 'Its owner has left.' });
      await expect(eligibility()).resolves.toMatchObject([{ action: 'erase' }]);
      await expect(issue()).resolves.toMatchObject({ state: 'done', deviceState: 'active', error: null });
      expectWhole(card);
      expect(secretsOf(card.stateFile).puk).not.toBe(before.puk);
      expect(secretsOf(card.stateFile).managementKey).not.toBe(before.managementKey);
      await oscar.act('terminate', { from: 'active' });
      await oscar.act('release', { from: 'terminated', reason: 'The test is over.' });
    });
  });

  describe.each(everyOrNamed(EVERY_YUBIKEY, 'yubikey-5.8'))('a %s', (profile) => {
    it('finishes when it is back after it was pulled in the middle', async () => {
      const pulled = await insert(profile, { fault: 'pull-after@GENERATE-ASYMMETRIC-KEY-PAIR#3' });
      await expect(interruptionOf(issue())).resolves.toBe('CARD_REMOVED');
      await pulled.pull();
      const back = await insert(profile, { stateFile: pulled.stateFile });
      await expect(eligibility()).resolves.toMatchObject([{ action: 'continue' }]);
      await expect(issue()).resolves.toMatchObject({ state: 'done', deviceState: 'active', error: null });
      expectWhole(back);
      await oscar.act('terminate', { from: 'active' });
      await oscar.act('release', { from: 'terminated', reason: 'The test is over.' });
    });
  });

  describe.each(PLAIN_CARDS)('a %s', (profile) => {
    it('waits for an operator who approves it, and is issued again once she has released it', async () => {
      const card = await insert(profile);
      await expect(issue()).resolves.toMatchObject({ state: 'done', deviceState: 'awaiting-approval', error: null });
      expectWhole(card);
      const before = secretsOf(card.stateFile);
      await oscar.act('approve', { from: 'awaiting-approval' });
      await oscar.act('terminate', { from: 'active' });
      await oscar.act('release', { from: 'terminated', reason: 'Its owner has left.' });
      await expect(eligibility()).resolves.toMatchObject([{ action: 'erase' }]);
      await expect(issue()).resolves.toMatchObject({ state: 'done', deviceState: 'awaiting-approval', error: null });
      expectWhole(card);
      expect(secretsOf(card.stateFile).puk).not.toBe(before.puk);
      await oscar.act('terminate', { from: 'awaiting-approval' });
      await oscar.act('release', { from: 'terminated', reason: 'The test is over.' });
    });
  });

  describe.each(everyOrNamed(PLAIN_CARDS, 'piv-strict'))('a %s', (profile) => {
    it('finishes when it is back after it was pulled in the middle', async () => {
      const pulled = await insert(profile, { fault: 'pull-after@GENERATE-ASYMMETRIC-KEY-PAIR#3' });
      await expect(interruptionOf(issue())).resolves.toBe('CARD_REMOVED');
      await pulled.pull();
      const back = await insert(profile, { stateFile: pulled.stateFile });
      await expect(issue()).resolves.toMatchObject({ state: 'done', deviceState: 'awaiting-approval', error: null });
      expectWhole(back);
      await oscar.act('approve', { from: 'awaiting-approval' });
      await oscar.act('terminate', { from: 'active' });
      await oscar.act('release', { from: 'terminated', reason: 'The test is over.' });
    });
  });

  it.each(UNPROVEN)('refuses a %s, and says that its vendor does not vouch for its keys', async (profile) => {
    const card = await insert(profile);
    const before = secretsOf(card.stateFile);
    await expect(issue()).resolves.toMatchObject({
      state: 'failed',
      deviceState: null,
      error: { data: { name: 'ATTESTATION_MISSING', details: { reason: expect.stringMatching(/vendor|attest/i) } } },
    });
    expect(secretsOf(card.stateFile)).toEqual(before);
  });
});

describe('at a portal whose operators supervise YubiKeys that do not prove themselves', () => {
  beforeAll(openPortal({ unprovenYubikeys: 'supervised' }));
  afterAll(() => stage.close());

  it.each(UNPROVEN)('a %s waits for an operator, who approves it', async (profile) => {
    const card = await insert(profile);
    await expect(issue()).resolves.toMatchObject({ state: 'done', deviceState: 'awaiting-approval', error: null });
    expectWhole(card);
    await expect(oscar.devices()).resolves.toContainEqual(
      expect.objectContaining({ state: 'awaiting-approval', proof: 'not-proved', serialProved: false }),
    );
    await expect(oscar.act('approve', { from: 'awaiting-approval' })).resolves.toEqual({ state: 'active' });
    await oscar.act('terminate', { from: 'active' });
  });
});
