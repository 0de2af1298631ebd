import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { secretsOf } from '../../support/card-secrets.js';
import { hostsEnd } from '../../support/native-hosts.js';
import { ENTRA_RP, PasskeyPlace } from './passkey-place.js';
import { thoroughDescribe } from '../../support/thorough.js';

const FIDO_PIN = 'correct-horse-7';
const DEVICE_PIN = '73915482';

describe('a passkey that the host makes, with a FIDO PIN of its own', () => {
  let place: PasskeyPlace;
  beforeAll(async () => {
    place = await PasskeyPlace.open({ passkeys: { ways: ['host'], pin: 'separate' } });
  });
  afterAll(() => place.close());

  it('is registered at Entra ID, and works without us', async () => {
    const { card, alice } = await place.issueByHost(FIDO_PIN, DEVICE_PIN);
    const [row] = await alice.devices(1);
    expect(row).toMatchObject({ state: 'Active' });
    expect(row?.text).not.toMatch(/not proved/i);

    const [method] = place.registered();
    expect(method).toMatchObject({ attestationLevel: 'attested' });
    await hostsEnd(place.stage);
    const client = place.clientOf(card);
    const [held] = await client.credentials(FIDO_PIN);
    expect(held).toMatchObject({ rpId: ENTRA_RP, userName: 'alice@corp.example.com' });
    expect(method?.id.slice(0, -1)).toBe(held?.credentialId);
    const order = { rpId: ENTRA_RP, credentialId: held?.credentialId ?? '', pin: FIDO_PIN };
    expect(await client.assert(order)).toMatchObject({ verified: true, userPresent: true, userVerified: true });
    // The two PINs differ.
    expect(secretsOf(card.stateFile).pin).toBe(DEVICE_PIN);
    expect(await client.refusalOfPin(DEVICE_PIN)).toBe('PIN_INVALID');
  });
});

thoroughDescribe('a passkey on a card with one PIN for PIV and FIDO, which the host makes', () => {
  let place: PasskeyPlace;
  beforeAll(async () => {
    place = await PasskeyPlace.open({ passkeys: { ways: ['host'], pin: 'shared' } });
  });
  afterAll(() => place.close());

  it('needs no pasting; in the end the chosen PIN is for both, and the initial one for nothing', async () => {
    const card = await place.insert({ profile: 'shared-pin' });
    const { alice } = await place.alice();
    await alice.addDevice();
    await alice.window('secret');
    const initial = secretsOf(card.stateFile).pin;
    await alice.choosePin(DEVICE_PIN);
    await alice.wizard.closes();
    expect(await alice.devices(1)).toMatchObject([{ state: 'Active' }]);

    await hostsEnd(place.stage);
    expect(secretsOf(card.stateFile).pin).toBe(DEVICE_PIN);
    expect(initial).not.toBe(DEVICE_PIN);
    const client = place.clientOf(card);
    expect(await client.refusalOfPin(initial)).toBe('PIN_INVALID');
    const [held] = await client.credentials(DEVICE_PIN);
    const order = { rpId: ENTRA_RP, credentialId: held?.credentialId ?? '', pin: DEVICE_PIN };
    expect(await client.assert(order)).toMatchObject({ verified: true, userVerified: true });
  });
});
