// Alone proves: the browser itself makes a passkey on the card.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { secretsOf } from '../../support/card-secrets.js';
import { hostsEnd } from '../../support/native-hosts.js';
import { countDevices } from '../../support/workplace/device-count.js';
import { closing } from '../../support/workplace/closing.js';
import { PasskeyPlace } from './passkey-place.js';
import { thoroughDescribe } from '../../support/thorough.js';

const DEVICE_PIN = '73915482';

describe('a passkey that the browser makes', () => {
  let place: PasskeyPlace;
  beforeAll(async () => {
    place = await PasskeyPlace.open({
      passkeys: { ways: ['window'], pin: 'separate' },
      ofSecurityKeys: { services: ['portal'], ways: ['page'] },
    });
  });
  afterAll(() => place.close());

  it("in a window at Entra ID's origin is registered there, and shown as not proved on this device, since it is on another one", async () => {
    const card = await place.insert({ profile: 'yubikey-5.8' });
    const { alice, windows } = await place.alice();
    await alice.addDevice();
    await alice.wizard.pane('passkey-browser');
    await closing(await windows.proceed());
    await alice.choosePin(DEVICE_PIN);
    await alice.wizard.closes();
    expect(await alice.devices(1)).toMatchObject([{ state: 'Active' }]);
    expect(await place.passkeysOf(alice)).toMatchObject([{ title: 'Microsoft Entra ID', place: 'not-proved' }]);
    expect(place.registered()).toHaveLength(1);
    expect(place.site.requests).toEqual(['/passkey']);
    await card.pull();
    await alice.page.close();
  });

  it("in the portal's own page, for its login, logs its owner in", async () => {
    await place.insert({ profile: 'fido-key' });
    const { alice, windows } = await place.alice();
    const before = await countDevices(alice);
    const atEntra = place.registered().length;
    await alice.addDevice();
    await alice.wizard.pane('passkey-browser');
    await closing(await windows.proceed());
    await alice.wizard.closes();
    const made = { title: 'This portal', place: 'not-proved' };
    expect(await place.passkeysOf(alice)).toContainEqual(expect.objectContaining(made));
    expect(place.registered()).toHaveLength(atEntra);

    const { browser } = place.stage.browser;
    // Without a session, My Devices would open the login page by itself.
    await alice.page.goto('about:blank');
    await browser.deleteCookie(...(await browser.cookies()));
    await alice.page.goto(new URL('/login', place.stage.portal.url).href);
    await alice.click('#passkey');
    expect((await alice.devices(before + 1)).map(({ state }) => state)).toContain('Active');
  });
});

thoroughDescribe('a passkey on a card with one PIN for PIV and FIDO, which the browser makes', () => {
  let place: PasskeyPlace;
  beforeAll(async () => {
    place = await PasskeyPlace.open({ passkeys: { ways: ['window'], pin: 'shared' } });
  });
  afterAll(() => place.close());

  it('is made with a temporary PIN, which is invalid afterwards', async () => {
    const card = await place.insert({ profile: 'shared-pin' });
    const { alice, windows } = await place.alice();
    await alice.addDevice();
    await alice.wizard.pane('passkey-temporary-pin');
    const temporary = await windows.readTemporaryPin();
    expect(secretsOf(card.stateFile).pin).toBe(temporary);
    const window = await windows.proceed();
    await closing(window);
    await alice.window('secret');
    const initial = secretsOf(card.stateFile).pin;
    expect(initial).not.toBe(temporary);
    await alice.choosePin(DEVICE_PIN);
    await alice.wizard.closes();
    expect(await alice.devices(1)).toMatchObject([{ state: 'Active' }]);

    await hostsEnd(place.stage);
    expect(secretsOf(card.stateFile).pin).toBe(DEVICE_PIN);
    const client = place.clientOf(card);
    for (const former of [temporary, initial]) expect(await client.refusalOfPin(former)).toBe('PIN_INVALID');
    expect(await client.refusalOfPin(DEVICE_PIN)).toBeNull();
  });
});
