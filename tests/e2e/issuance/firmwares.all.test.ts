import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OperatorPage, type PortalUser } from '@cardwright/stage';
import { OSCAR } from '../../support/portal-options.js';
import { countDevices } from '../../support/workplace/device-count.js';
import { pulledAfter } from '../../support/workplace/faults.js';
import { Workplace } from '../../support/workplace/workplace.js';

const PIN = '739154';

/**
 * A portal with the policy of a new one, except for the algorithms of its slots. It knows the vendor of the virtual YubiKeys. All firmwares are
 * issued by `integration/issuance/firmwares`; here is one of each outcome.
 */
describe('at a new portal', () => {
  let place: Workplace;
  let alice: PortalUser;
  beforeAll(async () => {
    place = await Workplace.open({ photographs: 'issuance', readers: 1, unprovenKeys: 'supervised' });
    alice = await place.trustedEmployee();
  });
  afterEach(() => place.tidyUp({ keep: alice }));
  afterAll(() => place.close());

  /** Terminates and releases the only device as an operator, who stays logged in. */
  const release = async (): Promise<void> => {
    const oscar = await place.employee(OSCAR);
    const devices = new OperatorPage(oscar);
    await devices.act('terminate');
    await devices.act('release');
    await oscar.reads('Released: ');
  };

  it('issues a YubiKey without extended APDUs, though it was pulled in the middle, and issues it again once an operator has released it', async () => {
    const card = await place.insert('yubikey-no-extended', pulledAfter('GENERATE-ASYMMETRIC-KEY-PAIR#3'));
    alice = await place.employee();
    const witness = await place.witness(card, alice);
    await alice.addDevice();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CARD_REMOVED' });
    await card.putBack();
    await alice.wizard.retry();
    await alice.choosePin(PIN);
    await alice.wizard.closes();
    await witness.expectSound(PIN);

    const { puk } = card.memory;
    await release();
    alice = await place.employee();
    await alice.addDevice();
    await alice.wizard.pane('choose');
    await alice.wizard.choose('It was used before');
    await alice.click('#next', 'Erase and use');
    await alice.confirmErasing();
    await alice.choosePin(PIN);
    await alice.wizard.closes();
    expect(card.memory.puk).not.toEqual(puk);
    expect(card.tries).toEqual([3, 3]);
    await release();
  });

  it('refuses a YubiKey that cannot attest, which keeps its PUK', async () => {
    const card = await place.insert('yubikey-no-attest');
    const { puk, managementKey } = card.memory;
    await alice.addDevice();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'ATTESTATION_MISSING' });
    expect(card.memory).toMatchObject({ puk, managementKey });
  });

  it('lets a strict PIV card wait for an operator, and activates it once she approves it', async () => {
    const card = await place.insert('piv-strict');
    alice = await place.employee();
    const known = await countDevices(alice);
    const witness = await place.witness(card, alice);
    await alice.addDevice();
    await alice.choosePin(PIN);
    await alice.wizard.pane('awaiting-approval');
    await alice.click('#cancel');
    await alice.wizard.closes();
    await expect(alice.devices(known + 1)).resolves.toContainEqual(
      expect.objectContaining({ state: 'Awaiting approval' }),
    );

    const oscar = await place.employee(OSCAR);
    await oscar.reads('Waiting for your approval');
    const devices = new OperatorPage(oscar);
    await devices.deviceIs('awaiting-approval');
    await devices.act('approve');
    await oscar.reads('Approved: PIV smart card of Alice Adams.');
    await oscar.lookAt(oscar.page, 'operator-approved');
    await witness.expectSound(PIN);
  });
});
