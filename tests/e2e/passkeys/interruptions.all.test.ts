import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { InsertedCard, PasskeyWindows, PortalUser } from '@cardwright/stage';
import { closing } from '../../support/workplace/closing.js';
import { everyOrSome, thoroughIt } from '../../support/thorough.js';
import { PasskeyPlace } from './passkey-place.js';

const FIDO_PIN = 'correct-horse-7';
const DEVICE_PIN = '73915482';
/** Lifetime of a challenge that should expire. */
const LIFETIME_MS = 1_000;

let place: PasskeyPlace;
let card: InsertedCard;
let alice: PortalUser;
let windows: PasskeyWindows;
/** Active devices and passkeys that Alice had before. */
let before: number;
let registeredBefore: number;

async function begin(args: readonly string[] = []): Promise<void> {
  card = await place.insert({ profile: 'yubikey-5.8', args });
  ({ alice, windows } = await place.alice());
  before = await activeDevices();
  registeredBefore = place.registered().length;
  await alice.addDevice();
}

const activeDevices = (): Promise<number> =>
  alice.page.evaluate(async () => {
    const answer = (await (await fetch('/api/devices')).json()) as { devices: { state: string }[] };
    return answer.devices.filter(({ state }) => state === 'active').length;
  });

/** Puts the card back, and lets its user act when it waits for a touch. */
async function putBack(...args: readonly string[]): Promise<void> {
  card = await place.insert({ profile: 'yubikey-5.8', stateFile: card.stateFile, args });
}

/** Expects that nothing is half registered, and that the device is useless. */
async function expectNothing(): Promise<void> {
  expect(place.registered()).toHaveLength(registeredBefore);
  expect(await activeDevices()).toBe(before);
}

/** Continues the issuance with the same device, to its end. */
async function finish(): Promise<void> {
  await alice.choosePin(DEVICE_PIN);
  await alice.wizard.closes();
  expect(await activeDevices()).toBe(before + 1);
  expect(place.registered()).toHaveLength(registeredBefore + 1);
}

afterEach(async () => {
  place.site.manner = 'not-found';
  place.graph.recover();
  await alice.page.close();
  await card.pull();
});

describe('a passkey that the host makes', () => {
  beforeAll(async () => {
    place = await PasskeyPlace.open({ passkeys: { ways: ['host'] } });
  });
  afterAll(() => place.close());

  it('is not made while nobody touches the device; Cancel ends that, and another time it continues', async () => {
    await begin(['--touch', 'never']);
    await windows.choosePin(FIDO_PIN);
    await alice.wizard.pane('passkey-touch');
    await alice.click('#cancel');
    await alice.wizard.pane('stop');
    await alice.click('#stop');
    await alice.wizard.closes();
    await expectNothing();
    await card.pull();
    await putBack();
    await alice.addDevice();
    await windows.enterPin(FIDO_PIN);
    await finish();
  });

  it('is made by Try again after the card was pulled at the touch, and after a wrong PIN', async () => {
    await begin(['--touch', '20000']);
    await windows.choosePin(FIDO_PIN);
    await alice.wizard.pane('passkey-touch');
    await card.pull();
    expect(await alice.wizard.failure()).toMatchObject({ code: 'CARD_REMOVED' });
    await expectNothing();
    await putBack();
    await alice.wizard.retry();
    await windows.enterPin('another-horse');
    expect(await alice.wizard.failure()).toMatchObject({ code: 'FIDO_PIN_INCORRECT' });
    await alice.wizard.retry();
    await windows.enterPin(FIDO_PIN);
    await finish();
  });

  thoroughIt('is registered once the service takes requests again, without anyone noticing', async () => {
    await begin();
    place.graph.fail({ call: 'create', how: { status: 429, retryAfter: '1' } });
    await windows.choosePin(FIDO_PIN);
    await finish();
  });

  it('is reported as refused by the service, and made by Try again once it is accepted', async () => {
    await begin();
    place.graph.fail({ call: 'create', how: { status: 403 }, times: 3 });
    await windows.choosePin(FIDO_PIN);
    expect(await alice.wizard.failure()).toMatchObject({ code: 'PASSKEY_SERVICE_REFUSED' });
    await expectNothing();
    place.graph.recover();
    await alice.wizard.retry();
    await windows.enterPin(FIDO_PIN);
    await finish();
  });
});

describe('a passkey that the browser makes in a window', () => {
  beforeAll(async () => {
    place = await PasskeyPlace.open({ passkeys: { ways: ['window'] } });
  });
  afterAll(() => place.close());

  const MANNERS = [
    ['redirects', 'RP_PAGE_UNUSABLE'],
    // The browser does not reveal whether the page or its user did.
    ['closes', 'USER_CANCELLED'],
  ] as const;
  it.each(everyOrSome(MANNERS, ([manner]) => manner === 'redirects'))(
    'is not made if the page there %s, and made by Try again',
    async (manner, code) => {
      place.site.manner = manner;
      place.site.elsewhere = new URL('/login', place.stage.portal.url).href;
      await begin();
      await windows.proceed();
      expect((await alice.wizard.failure()).code).toBe(code);
      await expectNothing();
      place.site.manner = 'not-found';
      await alice.wizard.retry();
      await closing(await windows.proceed());
      await finish();
    },
  );

  thoroughIt('is not made when the user refuses, and made by Try again', async () => {
    await begin();
    await windows.refuse();
    expect(await alice.wizard.failure()).toMatchObject({ code: 'USER_CANCELLED' });
    await expectNothing();
    await alice.wizard.retry();
    await closing(await windows.proceed());
    await finish();
  });

  thoroughIt('is not registered when its challenge has expired, and made by Try again', async () => {
    place.graph.tenant.challengeLifetime = LIFETIME_MS;
    await begin();
    await alice.wizard.pane('passkey-browser');
    // It began before the window was there, so it has expired then.
    await delay(LIFETIME_MS);
    await windows.proceed();
    expect(await alice.wizard.failure()).toMatchObject({ code: 'PASSKEY_EXPIRED' });
    await expectNothing();
    place.graph.tenant.challengeLifetime = 300_000;
    await alice.wizard.retry();
    await closing(await windows.proceed());
    await finish();
  });
});
