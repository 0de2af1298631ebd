import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';
import { hostsEnd } from '../../support/native-hosts.js';
import { PasskeyPlace } from './passkey-place.js';

const FIDO_PIN = 'correct-horse-7';
const PIN = '739154';

describe('a device with a passkey that its owner gives back', () => {
  let place: PasskeyPlace;
  beforeAll(async () => {
    place = await PasskeyPlace.open({ passkeys: { ways: ['host'], pin: 'separate' } });
  });
  afterAll(() => place.close());

  it('is new to PIV and FIDO, once its owner has read that, and inserted it again', async () => {
    const { card, alice } = await place.issueByHost(FIDO_PIN, PIN);
    expect(place.registered()).toHaveLength(1);

    await alice.click('[data-operation="erase"]');
    const window = await alice.window('confirm');
    expect(await window.$eval('#passkeys-go:not([hidden])', (line) => line.textContent)).toMatch(
      /All passkeys on it will be lost too/,
    );
    await alice.confirmErasing();
    await alice.wizard.pane('passkey-reinsert');
    await card.pull();
    const again = await place.insert({ profile: 'yubikey-5.8', stateFile: card.stateFile });
    await alice.wizard.pane('ready');
    await alice.wizard.closes();
    await alice.reads('No longer used');

    await hostsEnd(place.stage);
    await until(() => place.registered().length === 0, { what: 'a passkey that is removed at its service' });
    const client = place.clientOf(again);
    // The FIDO2 application accepts a first PIN, as a new one does, and is empty.
    await client.setPin('another-horse-8');
    expect(await client.credentials('another-horse-8')).toEqual([]);
  });
});
