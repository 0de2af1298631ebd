import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { InsertedCard, PasskeyWindows, PortalUser } from '@cardwright/stage';
import { closing } from '../../support/workplace/closing.js';
import { PasskeyPlace } from './passkey-place.js';

const FIDO_PIN = 'correct-horse-7';
const DEVICE_PIN = '73915482';
/** For which a challenge is good that shall expire. */
const LIFETIME_MS = 1_000;

let place: PasskeyPlace;
let card: InsertedCard;
let alice: PortalUser;
let windows: PasskeyWindows;
/** Devices that Alice had before. */
let before: number;

async function begin(args: readonly string[] = []): Promise<void> {
  card = await place.insert({ profile: 'yubikey-5.8', args });
  ({ alice, windows } = await place.alice());
  before = (await alice.devices()).length;
  await alice.addDevice();
}

/** Puts the card back, with what its user does when it waits for a touch. */
async function putBack(...args: readonly string[]): Promise<void> {
  card = await place.insert({ profile: 'yubikey-5.8', stateFile: card.stateFile, args });
}

/** Nothing is half registered, and the device is not of use. */
async function expectNothing(): Promise<void> {
  expect(place.registered()).toHaveLength(registeredBefore);
  const states = await alice.page.evaluate(async () => {
    const answer = (await (await fetch('/api/devices')).json()) as { devices: { state: string }[] };
    return answer.devices.map(({ state }) => state);
  });
  expect(states.filter((state) => state === 'active')).toHaveLength(before);
}

/** The issuance continues with the same device, to its end. */
async function finish(): Promise<void> {
  await alice.choosePin(DEVICE_PIN);
  await alice.wizardCloses();
  const rows = await alice.devices(before + 1);
  expect(rows.map(({ state }) => state)).toEqual(Array(before + 1).fill('Active'));
  expect(place.registered()).toHaveLength(registeredBefore + 1);
}

let registeredBefore = 0;
beforeEach(() => {
  registeredBefore = place.registered().length;
});
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
    await alice.pane('issue-touch');
    await alice.click('#cancel');
    await alice.pane('stop');
    await alice.click('#stop');
    await alice.wizardCloses();
    await expectNothing();
    await card.pull();
    await putBack();
    await alice.addDevice();
    await windows.enterPin(FIDO_PIN);
    await finish();
  });

  it('is made after a wrong PIN and the card pulled at the touch, by Try again', async () => {
    await begin(['--touch', '20000']);
    await windows.choosePin(FIDO_PIN);
    await alice.pane('issue-touch');
    await card.pull();
    expect(await alice.failure()).toMatchObject({ code: 'CARD_REMOVED' });
    await expectNothing();
    await putBack();
    await alice.goOn();
    await windows.enterPin('another-horse');
    await windows.enterPin(FIDO_PIN);
    await finish();
  });

  it('is registered once the service takes requests again, without anyone noticing', async () => {
    await begin();
    place.graph.fail({ call: 'create', how: { status: 429, retryAfter: '1' } });
    await windows.choosePin(FIDO_PIN);
    await finish();
  });

  it('is said to be refused by the service, and made by Try again once it is not', async () => {
    await begin();
    place.graph.fail({ call: 'create', how: { status: 403 }, times: 3 });
    await windows.choosePin(FIDO_PIN);
    expect(await alice.failure()).toMatchObject({ code: 'PASSKEY_SERVICE_REFUSED' });
    await expectNothing();
    place.graph.recover();
    await alice.goOn();
    await windows.enterPin(FIDO_PIN);
    await finish();
  });
});

describe('a passkey that the browser makes in a window', () => {
  beforeAll(async () => {
    place = await PasskeyPlace.open({ passkeys: { ways: ['window'] } });
  });
  afterAll(() => place.close());

  it.each([
    ['redirects', 'RP_PAGE_UNUSABLE'],
    ['closes', 'RP_PAGE_UNUSABLE'],
  ] as const)('is not made where the page there %s, and made by Try again', async (manner, code) => {
    place.site.manner = manner;
    place.site.elsewhere = new URL('/login', place.stage.portal.url).href;
    await begin();
    await windows.proceed();
    expect((await alice.failure()).code).toBe(code);
    await expectNothing();
    place.site.manner = 'not-found';
    await alice.goOn();
    await closing(await windows.proceed());
    await finish();
  });

  it('is not made when the user refuses, and made by Try again', async () => {
    await begin();
    await windows.refuse();
    expect(await alice.failure()).toMatchObject({ code: 'USER_CANCELLED' });
    await expectNothing();
    await alice.goOn();
    await closing(await windows.proceed());
    await finish();
  });

  it('is not registered when its challenge has expired, and made by Try again', async () => {
    place.graph.tenant.challengeLifetime = LIFETIME_MS;
    await begin();
    await alice.pane('issue-browser');
    await delay(LIFETIME_MS);
    await windows.proceed();
    expect(await alice.failure()).toMatchObject({ code: 'PASSKEY_EXPIRED' });
    await expectNothing();
    place.graph.tenant.challengeLifetime = 300_000;
    await alice.goOn();
    await closing(await windows.proceed());
    await finish();
  });
});
