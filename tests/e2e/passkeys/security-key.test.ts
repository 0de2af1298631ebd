import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hostsEnd } from '../../support/native-hosts.js';
import { everyOrNamed } from '../../support/thorough.js';
import { ENTRA_RP, PasskeyPlace } from './passkey-place.js';
import { countDevices } from '../../support/workplace/device-count.js';

const FIDO_PIN = 'correct-horse-7';

describe('a security key with only FIDO', () => {
  let place: PasskeyPlace;
  beforeAll(async () => {
    place = await PasskeyPlace.open({ passkeys: { ways: ['host'] } });
  });
  afterAll(() => place.close());

  it.each(everyOrNamed(['fido-key', 'fido-key-serial'], 'fido-key'))(
    'is issued with a passkey, and has no other PIN: %s',
    async (profile) => {
      const card = await place.insert({ profile });
      const { alice, windows } = await place.alice();
      const before = await countDevices(alice);
      await alice.addDevice();
      await alice.wizard.pane('passkey-choose-fido-pin');
      await windows.choosePin(FIDO_PIN);
      await alice.wizard.closes();
      expect((await alice.devices(before + 1)).map(({ state }) => state)).toContain('Active');
      expect(place.registered()).toHaveLength(before + 1);

      await hostsEnd(place.stage);
      const client = place.clientOf(card);
      const [held] = await client.credentials(FIDO_PIN);
      const order = { rpId: ENTRA_RP, credentialId: held?.credentialId ?? '', pin: FIDO_PIN };
      expect(await client.assert(order)).toMatchObject({ verified: true, userVerified: true });
      await card.pull();
    },
  );
});
