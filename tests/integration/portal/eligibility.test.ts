import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CardwrightError, eligibilityAnswer, validate, type DeviceInfo } from '@cardwright/protocol';
import type { AttestationAuthority } from './support/attestation-authority.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { Browser, listDevices, startTestPortal, type TestPortal, TEST_VENDOR } from './support/test-portal.js';

let portal: TestPortal;
let vendor: AttestationAuthority;
let alice: Browser;
let bob: Browser;
let olga: Browser;
let serial = 60_000_000;

beforeAll(async () => {
  vendor = TEST_VENDOR;
  portal = await startTestPortal({ CARDWRIGHT_DEVICE_LIMIT: '100' });
  alice = await Browser.login(portal, 'alice');
  bob = await Browser.login(portal, 'bob');
  olga = await Browser.login(portal, 'olga');
});
afterAll(() => portal.remove());

const newYubikey = () => new TestCard('yubikey', String((serial += 1)), vendor);

/** What the portal says of a device, in the language that a browser asks for. */
async function judge(info: DeviceInfo, browser = alice, language = 'en') {
  const body = { devices: [info] };
  const headers = { 'accept-language': language };
  const answer = await browser.send('POST', '/api/devices/eligibility', body, headers);
  const [verdict] = validate(eligibilityAnswer, answer.body).devices;
  return verdict && { action: verdict.action, reason: verdict.reason };
}

const judgeCard = async (card: TestCard, browser = alice, language = 'en') =>
  judge(await card.describe('a device'), browser, language);

const refused = (reason: string) => ({ action: null, reason });

const rowOf = async (card: TestCard) =>
  (await listDevices(olga, '/api/operator/devices')).devices.find(({ guid }) => guid === card.guid);

const act = async (card: TestCard, action: string) =>
  olga.post(`/api/operator/devices/${(await rowOf(card))?.id ?? ''}/${action}`, {});

const BLOCKED = { retriesLeft: 0, blocked: true, isDefault: null };
const SPENT = { retriesLeft: 1, blocked: false, isDefault: true };
const READER_ONLY = { model: 'unknown', serial: null, capabilities: null, pin: null, puk: null, managementKey: null };

describe('a card that nobody has', () => {
  it('is to be issued when it is blank', async () => {
    expect(await judgeCard(newYubikey())).toEqual({ action: 'issue', reason: null });
    expect(await judgeCard(new TestCard('piv', null, null))).toEqual({ action: 'issue', reason: null });
  });

  it.each<[string, Partial<DeviceInfo>, string, string]>([
    [
      'held elsewhere',
      { ...READER_ONLY, state: 'held' },
      'Another program is using this device.',
      'Ein anderes Programm benutzt dieses Gerät.',
    ],
    [
      'mute',
      { ...READER_ONLY, state: 'unresponsive' },
      "This device isn't responding.",
      'Dieses Gerät antwortet nicht.',
    ],
    [
      'without PIV',
      { ...READER_ONLY, state: 'no-application' },
      'This device has no application that Cardwright knows.',
      'Dieses Gerät hat keine Anwendung, die Cardwright kennt.',
    ],
    [
      'read without contact',
      { state: 'contact-needed' },
      'This device can only be issued in a reader with contacts.',
      'Dieses Gerät kann nur in einem Leser mit Kontakten ausgestellt werden.',
    ],
    [
      'of an unknown model',
      { model: 'unknown' },
      "Your organisation doesn't issue devices of this kind.",
      'Ihre Organisation stellt Geräte dieser Art nicht aus.',
    ],
    [
      'used',
      { certificates: ['9A'] },
      "This device was used before, and it can't be erased.",
      'Dieses Gerät wurde schon benutzt und lässt sich nicht löschen.',
    ],
    [
      'locked',
      { pin: BLOCKED, puk: BLOCKED },
      "This device is locked (PIN and PUK are blocked), and it can't be erased.",
      'Dieses Gerät ist gesperrt (PIN und PUK sind blockiert) und lässt sich nicht löschen.',
    ],
    [
      'without a PUK that works',
      { puk: BLOCKED },
      "The PUK of this device can no longer be used, and it can't be erased.",
      'Die PUK dieses Geräts lässt sich nicht mehr verwenden, und das Gerät lässt sich nicht löschen.',
    ],
    [
      'with one try of its PUK left',
      { puk: SPENT },
      "The PUK of this device can no longer be used, and it can't be erased.",
      'Die PUK dieses Geräts lässt sich nicht mehr verwenden, und das Gerät lässt sich nicht löschen.',
    ],
  ])('is refused when it is %s', async (_what, change, english, german) => {
    const info = { ...(await new TestCard('piv', null, null).describe('x')), ...change };
    expect(await judge(info)).toEqual(refused(english));
    expect(await judge(info, alice, 'de-CH,de;q=0.9,en;q=0.5')).toEqual(refused(german));
    const start = { ...(await alice.openHost(new TestCard('piv', null, null))).startRequest, device: info };
    expect(await alice.send('POST', '/api/operations', start, { 'accept-language': 'de' })).toMatchObject({
      status: 409,
      code: 'DEVICE_NOT_ELIGIBLE',
      body: { error: { data: { details: { reason: german } } } },
    });
  });

  it('is not locked while its PUK still works', async () => {
    const info = { ...(await newYubikey().describe('x')), pin: BLOCKED };
    expect(await judge(info)).toEqual({ action: 'issue', reason: null });
  });
});

describe('a used card that its model can reset', () => {
  const used = async (change: Partial<DeviceInfo>): Promise<DeviceInfo> => ({
    ...(await newYubikey().describe('x')),
    ...change,
  });

  it('may be erased, with what will be lost', async () => {
    expect(await judge(await used({ certificates: ['9A', '9C'] }))).toEqual({
      action: 'erase',
      reason: 'It was used before. Erasing removes its certificates (in 2 slots), its keys and its PIN for good.',
    });
    expect(await judge(await used({ pin: { retriesLeft: 3, blocked: false, isDefault: false } }), alice, 'de')).toEqual(
      {
        action: 'erase',
        reason: 'Es wurde schon benutzt. Beim Löschen gehen seine Schlüssel und seine PIN endgültig verloren.',
      },
    );
    expect(await judge(await used({ pin: BLOCKED, puk: BLOCKED, certificates: ['9A'] }))).toEqual({
      action: 'erase',
      reason:
        'It is locked (PIN and PUK are blocked). Erasing removes its certificates (in one slot), its keys and its PIN for good.',
    });
  });

  it.each([BLOCKED, SPENT])('is erased first also where nothing but its PUK is used up (%j)', async (puk) => {
    expect(await judge(await used({ puk }))).toEqual({
      action: 'erase',
      reason: 'Its PUK can no longer be used. Erasing removes its keys and its PIN for good.',
    });
    expect(await judge(await used({ puk, certificates: ['9A'] }), alice, 'de')).toEqual({
      action: 'erase',
      reason:
        'Seine PUK lässt sich nicht mehr verwenden. Beim Löschen gehen seine Zertifikate (in einem Slot), Schlüssel und PIN endgültig verloren.',
    });
  });

  it('is refused where the policy does not let it be erased', async () => {
    const seed = portal.configuration.policies.yubikey?.policy;
    const put = (reset: string) =>
      olga.send('PUT', '/api/operator/policy', { model: 'yubikey', policy: { ...seed, reset } });
    expect((await put('refuse')).status).toBe(200);
    try {
      expect(await judge(await used({ certificates: ['9A'] }))).toEqual(
        refused("This device was used before, and your organisation doesn't allow erasing it."),
      );
      expect(await judge(await used({ pin: BLOCKED, puk: BLOCKED }))).toEqual(
        refused("This device is locked (PIN and PUK are blocked), and your organisation doesn't allow erasing it."),
      );
      expect(await judge(await used({ puk: SPENT }))).toEqual(
        refused("The PUK of this device can no longer be used, and your organisation doesn't allow erasing it."),
      );
      expect(await judgeCard(newYubikey())).toEqual({ action: 'issue', reason: null });
    } finally {
      await put('allow');
    }
  });
});

describe.each(['yubikey', 'piv'] as const)('a %s that the portal knows', (model) => {
  const newCard = () => (model === 'yubikey' ? newYubikey() : new TestCard('piv', null, null));

  it('is refused by its state, to its owner by name of the state and to others without the name of its owner', async () => {
    const card = newCard();
    expect(await alice.relay(await alice.openHost(card))).toMatchObject({ deviceState: 'active' });
    expect(await judgeCard(card)).toEqual(refused('This device is already issued to you.'));
    expect(await judgeCard(card, bob)).toEqual(refused('This device belongs to someone else.'));
    expect(await judgeCard(card, bob, 'de')).toEqual(refused('Dieses Gerät gehört jemand anderem.'));

    await act(card, 'suspend');
    expect(await judgeCard(card)).toEqual(refused('This device is suspended. Ask an operator to resume it.'));
    expect(await judgeCard(card, bob)).toEqual(refused('This device belongs to someone else.'));

    await act(card, 'terminate');
    for (const browser of [alice, bob])
      expect(await judgeCard(card, browser)).toEqual(
        refused('This device was terminated. An operator can release it for another setup.'),
      );
  });

  it('can be continued when its user closed the PIN window, and waits for an operator once she gave up', async () => {
    const card = newCard();
    const host = await alice.openHost(card);
    host.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    const { operation, deviceState } = await alice.relay(host);
    expect(deviceState).toBe('pending');
    expect(await judgeCard(card)).toEqual({ action: 'continue', reason: 'Setup was interrupted.' });
    expect(await judgeCard(card, bob)).toEqual(refused('This device belongs to someone else.'));
    await alice.operate(`/${operation}/cancel`, {});
    expect(await judgeCard(card)).toEqual(refused('This device is waiting for operator activation.'));
  });

  it('can be gone on with by its owner alone when its issuance was broken off', async () => {
    const card = newCard();
    await alice.relay(await alice.openHost(card), ({ phase }) => phase.name === 'certificates');
    expect(await judgeCard(card)).toEqual({ action: 'continue', reason: 'Setup was interrupted.' });
    expect(await judgeCard(card, alice, 'de')).toEqual({
      action: 'continue',
      reason: 'Die Einrichtung wurde unterbrochen.',
    });
    expect(await judgeCard(card, bob)).toEqual(refused('This device belongs to someone else.'));
  });
});

it('says why there is no further device, in the language that the browser asks for', async () => {
  const small = await startTestPortal({ CARDWRIGHT_DEVICE_LIMIT: '1' });
  try {
    const carol = await Browser.login(small, 'alice');
    await carol.relay(await carol.openHost(newYubikey()));
    const limitIn = async (language: string) =>
      (await carol.send('GET', '/api/devices', undefined, language ? { 'accept-language': language } : {})).body;
    expect(await limitIn('')).toMatchObject({ limit: { reason: "You've reached your limit of one device." } });
    expect(await limitIn('fr, de;q=0.8')).toMatchObject({
      limit: { reason: 'Sie haben Ihre Höchstzahl von einem Gerät erreicht.' },
    });
    // An erasure is not offered where the person may not have the card afterwards.
    const used = { ...(await newYubikey().describe('x')), certificates: ['9A' as const] };
    expect(await judge(used, carol)).toEqual(refused("You've reached your limit of one device."));
  } finally {
    await small.remove();
  }
});

it.each(['none', '0F1E2D3C-4B5A-4978-8695-A4B3C2D1E0F0', '0f1e2d3c4b5a49788695a4b3c2d1e0f0'])(
  'refuses a GUID that no host sends (%s), and does not ask the database about it',
  async (guid) => {
    const info = { ...(await new TestCard('piv', null, null).describe('x')), guid };
    const refusal = { status: 400, code: 'INVALID_PARAMS' };
    expect(await alice.post('/api/devices/eligibility', { devices: [info] })).toMatchObject(refusal);
    const start = { ...(await alice.openHost(new TestCard('piv', null, null))).startRequest, device: info };
    expect(await alice.post('/api/operations', start)).toMatchObject(refusal);
  },
);
