import { describe, expect, it } from '@jest/globals';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { refusedWith, relayForged } from '../../support/forging.js';
import { CmsUser } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../support/test-cms.js';
import { ALICE, BOB, OLGA } from '../support/test-people.js';

/** Attack: someone knows the serial number of another's card. It is printed on the card and proves nothing. */

const LIMIT = 3;
const cms = await TestCms.open({ deviceLimit: LIMIT, policy: { slots: FEW_SLOTS } });
const alice = new CmsUser(cms, ALICE);
const bob = new CmsUser(cms, BOB);
const olga = new CmsUser(cms, OLGA);

const statesOf = (number: string) =>
  cms.devices.filter((row) => row.serial === number).map(({ state, proof }) => `${state}, ${proof}`);
const terminateAll = async () => {
  for (const { id, state } of cms.devices) if (state !== 'terminated') await olga.act(id, 'terminate');
};

describe('a serial number that is only claimed', () => {
  it('creates no row where proof is required, so that the owner can issue her card', async () => {
    const number = cms.newSerial();
    const answer = await relayForged(bob, await bob.openHost(new TestCard('yubikey', number, null)), {});
    expect(answer).toMatchObject({ ...refusedWith('ATTESTATION_MISSING'), deviceState: null });
    expect(statesOf(number)).toEqual([]);
    const owned = await alice.openHost(new TestCard('yubikey', number, cms.vendor));
    expect(await alice.relay(owned)).toMatchObject({ deviceState: 'active' });
    expect(statesOf(number)).toEqual(['active, attested']);
  });

  it.each(['half issued', 'wholly issued'])(
    'does not block the owner where unproved keys are supervised and the claimant is %s',
    async (how) => {
      await cms.setPolicy('yubikey', { unprovenKeys: 'supervised' });
      try {
        const number = cms.newSerial();
        const host = await bob.openHost(new TestCard('yubikey', number, null));
        if (how === 'half issued') host.pull = { method: 'certificate.write', when: 'before' };
        const answer = await bob.relay(host);
        expect(answer.deviceState).toBe(how === 'half issued' ? 'producing' : 'awaiting-approval');
        const hers = await alice.openHost(new TestCard('yubikey', number, cms.vendor));
        expect(await alice.relay(hers)).toMatchObject({ state: 'done', deviceState: 'active' });
        expect(statesOf(number)).toEqual([`${answer.deviceState}, not-proved`, 'active, attested']);
        // His row gives no access to hers either.
        const again = await bob.openHost(new TestCard('yubikey', number, null));
        expect((await bob.post('operations', again.startRequest)).code).toBe('DEVICE_NOT_ELIGIBLE');
      } finally {
        await terminateAll();
        await cms.setPolicy('yubikey');
      }
    },
  );

  it('is limited: each failed device takes a place', async () => {
    const cards = Array.from({ length: LIMIT + 1 }, () => cms.newCard('piv'));
    const hosts = [];
    for (const card of cards) hosts.push(await bob.openHost(card));
    // All operations begin before the first fails.
    const starts = [];
    for (const host of hosts) starts.push(await bob.operate('', host.startRequest));
    const codes: (string | undefined)[] = [];
    for (const [index, host] of hosts.entries()) {
      let answer = starts[index];
      while (answer?.step && answer.phase.name !== 'keys') {
        const outcomes = await host.run(answer.step.jws);
        answer = await bob.operate(`/${answer.operation}/results`, { step: answer.step.number, outcomes });
      }
      codes.push(answer?.error?.data.name);
      if (answer?.step) await bob.operate(`/${answer.operation}/cancel`, {});
    }
    expect(codes).toEqual([...Array.from({ length: LIMIT }, () => undefined), 'DEVICE_LIMIT']);
    const next = await bob.openHost(cms.newCard('piv'));
    expect((await bob.post('operations', next.startRequest)).code).toBe('DEVICE_NOT_ELIGIBLE');
    await terminateAll();
    expect((await bob.post('operations', next.startRequest)).status).toBe(200);
  });
});
