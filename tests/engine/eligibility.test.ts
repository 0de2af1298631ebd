import type { ActionName } from '@cardwright/cms/devices';
import { CardwrightError } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { describe, expect, it, jest } from '@jest/globals';
import type { TestCard } from '../support/host-and-card/test-card.js';
import { CmsUser } from './support/cms-user.js';
import { FEW_SLOTS, TestCms } from './support/test-cms.js';
import { ALICE, BOB, OLGA } from './support/test-people.js';

const cms = await TestCms.open({ policy: { slots: FEW_SLOTS } });
const alice = new CmsUser(cms, ALICE);
const bob = new CmsUser(cms, BOB);
const olga = new CmsUser(cms, OLGA);

const refused = (reason: string) => ({ action: null, reason });

const act = (card: TestCard, action: ActionName) => olga.act(cms.deviceOf(card).id, action);

const BLOCKED = { retriesLeft: 0, blocked: true, isDefault: null };
const SPENT = { retriesLeft: 1, blocked: false, isDefault: true };
const READER_ONLY = { model: 'unknown', serial: null, capabilities: null, pin: null, puk: null, managementKey: null };

describe('a card that nobody has', () => {
  it('can be issued when it is blank', async () => {
    expect(await alice.judge(cms.newCard('yubikey'))).toEqual({ action: 'start', reason: null });
    expect(await alice.judge(cms.newCard('piv'))).toEqual({ action: 'start', reason: null });
  });

  it.each<[string, Partial<DeviceInfo>, string, string]>([
    [
      'held elsewhere',
      { ...READER_ONLY, state: 'held' },
      'Another program is using this device.',
      'Ein anderes Programm verwendet dieses Gerät.',
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
      'This device can only be set up in a reader with contacts.',
      'Dieses Gerät kann nur in einem Kartenleser mit Kontakten eingerichtet werden.',
    ],
    [
      'of an unknown model',
      { model: 'unknown' },
      "Your organisation doesn't use devices of this kind.",
      'Ihre Organisation verwendet Geräte dieser Art nicht.',
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
      "The PIN and PUK of this device are blocked, and it can't be erased. Ask your help desk.",
      'PIN und PUK dieses Geräts sind blockiert, und es lässt sich nicht löschen. Fragen Sie Ihren Helpdesk.',
    ],
    [
      'without a PUK that works',
      { puk: BLOCKED },
      "The PUK of this device can no longer be used, and it can't be erased. Ask your help desk.",
      'Die PUK dieses Geräts lässt sich nicht mehr verwenden, und das Gerät lässt sich nicht löschen. Fragen Sie Ihren Helpdesk.',
    ],
    [
      'with one try of its PUK left',
      { puk: SPENT },
      "The PUK of this device can no longer be used, and it can't be erased. Ask your help desk.",
      'Die PUK dieses Geräts lässt sich nicht mehr verwenden, und das Gerät lässt sich nicht löschen. Fragen Sie Ihren Helpdesk.',
    ],
  ])('is refused when it is %s', async (_what, change, english, german) => {
    const info = { ...(await cms.newCard('piv').describe('x')), ...change };
    expect(await alice.judge(info)).toEqual(refused(english));
    expect(await alice.judge(info, 'de-CH,de;q=0.9,en;q=0.5')).toEqual(refused(german));
    const start = { ...(await alice.openHost(cms.newCard('piv'))).startRequest, device: info };
    expect(await alice.post('operations', start, 'de')).toMatchObject({
      status: 409,
      code: 'DEVICE_NOT_ELIGIBLE',
      body: { error: { data: { details: { reason: german } } } },
    });
  });

  it('does not count as locked while its PUK still works', async () => {
    const info = { ...(await cms.newCard('yubikey').describe('x')), pin: BLOCKED };
    expect(await alice.judge(info)).toEqual({ action: 'start', reason: null });
  });
});

describe('a used card that its model can reset', () => {
  const used = async (change: Partial<DeviceInfo>): Promise<DeviceInfo> => ({
    ...(await cms.newCard('yubikey').describe('x')),
    ...change,
  });

  it('may be erased, and shows what will be lost', async () => {
    expect(await alice.judge(await used({ certificates: ['9A', '9C'] }))).toEqual({
      action: 'erase',
      reason: 'It was used before. Erasing removes its certificates (in 2 slots), its keys and its PIN for good.',
    });
    expect(await alice.judge(await used({ pin: { retriesLeft: 3, blocked: false, isDefault: false } }), 'de')).toEqual({
      action: 'erase',
      reason: 'Es wurde schon benutzt. Beim Löschen gehen seine Schlüssel und seine PIN endgültig verloren.',
    });
    expect(await alice.judge(await used({ pin: BLOCKED, puk: BLOCKED, certificates: ['9A'] }))).toEqual({
      action: 'erase',
      reason:
        'Its PIN and PUK are blocked. Erasing removes its certificates (in one slot), its keys and its PIN for good.',
    });
  });

  it.each([BLOCKED, SPENT])('is erased first even if only its PUK is used up (%j)', async (puk) => {
    expect(await alice.judge(await used({ puk }))).toEqual({
      action: 'erase',
      reason: 'Its PUK can no longer be used. Erasing removes its keys and its PIN for good.',
    });
    expect(await alice.judge(await used({ puk, certificates: ['9A'] }), 'de')).toEqual({
      action: 'erase',
      reason:
        'Seine PUK lässt sich nicht mehr verwenden. Beim Löschen gehen seine Zertifikate (in einem Slot), Schlüssel und PIN endgültig verloren.',
    });
  });

  it('is refused where the policy does not let it be erased', async () => {
    await cms.setPolicy('yubikey', { reset: 'refuse' });
    try {
      expect(await alice.judge(await used({ certificates: ['9A'] }))).toEqual(
        refused("This device was used before, and your organisation doesn't allow erasing it."),
      );
      expect(await alice.judge(await used({ pin: BLOCKED, puk: BLOCKED }))).toEqual(
        refused("The PIN and PUK of this device are blocked, and your organisation doesn't allow erasing it."),
      );
      expect(await alice.judge(await used({ puk: SPENT }))).toEqual(
        refused("The PUK of this device can no longer be used, and your organisation doesn't allow erasing it."),
      );
      expect(await alice.judge(cms.newCard('yubikey'))).toEqual({ action: 'start', reason: null });
    } finally {
      await cms.setPolicy('yubikey');
    }
  });
});

describe.each(['yubikey', 'piv'] as const)('a %s that the CMS knows', (model) => {
  it('is refused by its state: the owner reads the state, others not even the owner’s name', async () => {
    const card = cms.newCard(model);
    expect(await alice.issue(card)).toMatchObject({ deviceState: 'active' });
    expect(await alice.judge(card)).toEqual(refused('This device is already set up for you.'));
    expect(await bob.judge(card)).toEqual(refused('This device belongs to someone else.'));
    expect(await bob.judge(card, 'de')).toEqual(refused('Dieses Gerät gehört jemand anderem.'));

    await act(card, 'suspend');
    expect(await alice.judge(card)).toEqual(refused('This device is suspended. Ask your help desk to resume it.'));
    expect(await bob.judge(card)).toEqual(refused('This device belongs to someone else.'));

    await act(card, 'terminate');
    for (const user of [alice, bob])
      expect(await user.judge(card)).toEqual(
        refused('This device was terminated. Your help desk can release it for another setup.'),
      );
  });

  it('can be continued after its user closed the PIN window, and waits for an operator once she gave up', async () => {
    const card = cms.newCard(model);
    const host = await alice.openHost(card);
    host.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    const { operation, deviceState } = await alice.relay(host);
    expect(deviceState).toBe('pending');
    expect(await alice.judge(card)).toEqual({ action: 'continue', reason: 'Setup was interrupted.' });
    expect(await bob.judge(card)).toEqual(refused('This device belongs to someone else.'));
    await alice.operate(`/${operation}/cancel`, {});
    expect(await alice.judge(card)).toEqual(
      refused('The PIN of this device is not set. Ask your help desk to activate it.'),
    );
  });

  it('can be continued by its owner alone when its issuance was interrupted', async () => {
    const card = cms.newCard(model);
    await alice.issue(card, 'certificates');
    expect(await alice.judge(card)).toEqual({ action: 'continue', reason: 'Setup was interrupted.' });
    expect(await alice.judge(card, 'de')).toEqual({
      action: 'continue',
      reason: 'Die Einrichtung wurde unterbrochen.',
    });
    expect(await bob.judge(card)).toEqual(refused('This device belongs to someone else.'));
  });
});

it('tells why no further device is allowed, and does not offer to erase one in vain', async () => {
  const small = await TestCms.open({ deviceLimit: 1, policy: { slots: FEW_SLOTS } });
  const carol = new CmsUser(small, ALICE);
  await carol.issue(small.newCard('yubikey'));
  expect(await carol.judge(small.newCard('piv'), 'fr, de;q=0.8')).toEqual(
    refused('Sie können ein Gerät haben. Um ein anderes hinzuzufügen, lassen Sie es von Ihrem Helpdesk stilllegen.'),
  );
  const used = { ...(await small.newCard('yubikey').describe('x')), certificates: ['9A' as const] };
  expect(await carol.judge(used)).toEqual(
    refused('You can have one device. To add another, ask your help desk to terminate it.'),
  );
});

it.each(['none', '0F1E2D3C-4B5A-4978-8695-A4B3C2D1E0F0', '0f1e2d3c4b5a49788695a4b3c2d1e0f0'])(
  'refuses a GUID that no host sends (%s) without asking the store',
  async (guid) => {
    const info = { ...(await cms.newCard('piv').describe('x')), guid };
    const refusal = { status: 400, code: 'INVALID_PARAMS' };
    const asked = jest.spyOn(cms.store, 'transaction');
    expect(await alice.post('devices/eligibility', { kind: 'issue', devices: [info] })).toMatchObject(refusal);
    const start = { ...(await alice.openHost(cms.newCard('piv'))).startRequest, device: info };
    expect(await alice.post('operations', start)).toMatchObject(refusal);
    expect(asked).not.toHaveBeenCalled();
    asked.mockRestore();
  },
);
