// Alone proves: python-fido2 agrees on what a card holds after each change of passkeys.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hostsEnd } from '../../support/native-hosts.js';
import { ENTRA_RP, PasskeyPlace } from './passkey-place.js';

const FIDO_PIN = 'correct-horse-7';
const NEW_FIDO_PIN = 'battery-staple-8';
const PIN = '739154';

describe('the passkeys and the FIDO PIN of an active device', () => {
  let place: PasskeyPlace;
  beforeAll(async () => {
    place = await PasskeyPlace.open({ passkeys: { ways: ['host'], pin: 'separate' } });
  });
  afterAll(() => place.close());

  it('are changed by its owner, as an independent client finds', async () => {
    const { card, alice, windows } = await place.issueByHost(FIDO_PIN, PIN);
    const client = place.clientOf(card);
    const [former] = place.registered();

    // Removed: at Entra ID, and on the device.
    await alice.click('[data-action="remove-passkey"]');
    await alice.click('#confirm');
    await windows.enterPin(FIDO_PIN);
    await alice.wizard.pane('ready');
    await alice.wizard.closes();
    expect(place.registered()).toEqual([]);
    await hostsEnd(place.stage);
    expect(await client.credentials(FIDO_PIN)).toEqual([]);
    expect(await place.passkeysOf(alice)).toEqual([]);

    // Added: another passkey, which signs.
    await alice.click('[data-operation="add-passkey"]');
    await windows.enterPin(FIDO_PIN);
    await alice.wizard.pane('ready');
    await alice.wizard.closes();
    const [method] = place.registered();
    expect(method?.id).not.toBe(former?.id);
    await hostsEnd(place.stage);
    const [held] = await client.credentials(FIDO_PIN);
    const order = { rpId: ENTRA_RP, credentialId: held?.credentialId ?? '' };
    expect(await client.assert({ ...order, pin: FIDO_PIN })).toMatchObject({ verified: true, userVerified: true });

    // Changed: the passkey signs with the new FIDO PIN alone.
    await alice.click('[data-operation="change-fido-pin"]');
    const window = await alice.window('secret');
    await window.waitForSelector('#fidoPin');
    await window.type('#fidoPin', FIDO_PIN);
    await windows.choosePin(NEW_FIDO_PIN);
    await alice.wizard.pane('ready');
    await alice.wizard.closes();
    await hostsEnd(place.stage);
    expect(await client.refusalOfPin(FIDO_PIN)).toBe('PIN_INVALID');
    expect(await client.assert({ ...order, pin: NEW_FIDO_PIN })).toMatchObject({ verified: true, userVerified: true });
  });
});
