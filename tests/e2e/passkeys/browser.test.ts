import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { closing } from '../../support/workplace/closing.js';
import { ENTRA_RP, PasskeyPlace } from './passkey-place.js';

const DEVICE_PIN = '73915482';

describe("a passkey that the browser makes in a window at Entra ID's origin", () => {
  let place: PasskeyPlace;
  beforeAll(async () => {
    place = await PasskeyPlace.open({ passkeys: { ways: ['window'], pin: 'separate' } });
  });
  afterAll(() => place.close());

  it('is registered there, and said not to be proved on this device, where it is on another one', async () => {
    await place.insert({ profile: 'yubikey-5.8' });
    const { alice, windows } = await place.alice();
    await alice.addDevice();
    await alice.pane('issue-browser');
    const closed = closing(await windows.proceed());
    await closed;
    await alice.choosePin(DEVICE_PIN);
    await alice.wizardCloses();
    const [row] = await alice.devices(1);
    expect(row).toMatchObject({ state: 'Active', text: expect.stringMatching(/not proved/i) });
    expect(place.registered()).toHaveLength(1);
    const [held] = await place.browserCredentials();
    expect(held).toMatchObject({ rpId: ENTRA_RP, isResidentCredential: true });
    expect(place.site.requests).toEqual(['/passkey']);
  });
});
