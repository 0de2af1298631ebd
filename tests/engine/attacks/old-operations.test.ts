import { beforeEach, describe, expect, it } from '@jest/globals';
import { passkeyPolicy, type DevicePolicy } from '@cardwright/cms';
import { validate, type OperationAnswer } from '@cardwright/protocol';
import type { PlayedHost } from '../../support/host-and-card/played-host.js';
import { CmsUser } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../support/test-cms.js';
import { ALICE } from '../support/test-people.js';

/** A session is kept in reserve, and continues when the policy would not start it any more. */

const HOUR = 60 * 60 * 1000;
const LONG = 25 * HOUR;

let late = 0;
let cms: TestCms;
let alice: CmsUser;
beforeEach(async () => {
  late = 0;
  const now = (): Date => new Date(Date.now() + late);
  cms = await TestCms.open({ policy: { slots: FEW_SLOTS }, now });
  alice = new CmsUser(cms, ALICE);
});

interface Kept {
  readonly host: PlayedHost;
  readonly answer: OperationAnswer;
}

/** Begins an issuance of a plain card, and keeps it where a step of this phase is out. */
async function keepAt(phase: string): Promise<Kept> {
  const host = await alice.openHost(cms.newCard('piv'));
  const answer = await alice.relay(host, (one) => one.phase.name === phase);
  expect([answer.state, answer.phase.name]).toEqual(['running', phase]);
  return { host, answer };
}

async function finish({ host, answer }: Kept): Promise<OperationAnswer> {
  let last = answer;
  while (last.step) {
    const outcomes = await host.run(last.step.jws);
    last = await alice.operate(`/${last.operation}/results`, { step: last.step.number, outcomes });
  }
  return last;
}

const PASSKEYS = validate(passkeyPolicy, { services: ['entra'] });

const judgements = () =>
  cms.store.contents().events.flatMap(({ what }) => (what.kind === 'judged-again' ? [what.refusal] : []));

const STRICTER: [what: string, changes: Partial<DevicePolicy>, reason: string][] = [
  ['cards must change their management key', { acceptFixedManagementKey: false }, "management key can't be changed"],
  ['such devices get passkeys alone', { slots: {}, passkeys: PASSKEYS }, 'sets up passkeys alone'],
];

describe.each(STRICTER)('once %s', (_what, changes, reason) => {
  it.each(['authenticate', 'keys', 'certificates'])(
    'a session from the day before ends in the phase %s',
    async (phase) => {
      const kept = await keepAt(phase);
      await cms.setPolicy('piv', changes);
      late = LONG;
      expect(await finish(kept)).toMatchObject({ state: 'failed', error: { data: { name: 'DEVICE_NOT_ELIGIBLE' } } });
      expect(judgements()).toEqual([expect.stringContaining(reason)]);
      const rows = cms.devices;
      expect(rows.map(({ state }) => state)).not.toContain('active');
      expect(rows.flatMap(({ certificates }) => certificates.map(({ status }) => status))).not.toContain('good');
    },
  );

  it('one of the same day goes on as it began', async () => {
    const kept = await keepAt('keys');
    await cms.setPolicy('piv', changes);
    late = 23 * HOUR;
    expect(await finish(kept)).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(judgements()).toEqual([]);
  });

  it('a card that waits for its PIN goes on however late it is', async () => {
    const kept = await keepAt('pin');
    await cms.setPolicy('piv', changes);
    late = 90 * LONG;
    expect(await finish(kept)).toMatchObject({ state: 'done', deviceState: 'active' });
  });

  it('a session is judged again after as long as the CMS says', async () => {
    cms.restart({ operationAge: HOUR });
    const kept = await keepAt('keys');
    await cms.setPolicy('piv', changes);
    late = 2 * HOUR;
    expect(await finish(kept)).toMatchObject({ state: 'failed' });
  });
});

describe('a session from the day before', () => {
  it('goes on where it would be started today too, and is judged once', async () => {
    const kept = await keepAt('authenticate');
    late = LONG;
    expect(await finish(kept)).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(judgements()).toEqual([null]);
  });

  it('is not ended by the limit of devices, in which it is counted itself', async () => {
    cms.restart({ deviceLimit: 1 });
    const kept = await keepAt('keys');
    late = LONG;
    expect(await finish(kept)).toMatchObject({ state: 'done', deviceState: 'active' });
  });

  it('ends where its person has as many devices by now, and it has none yet', async () => {
    const kept = await keepAt('authenticate');
    cms.restart({ deviceLimit: 0 });
    late = LONG;
    expect(await finish(kept)).toMatchObject({ error: { data: { name: 'DEVICE_NOT_ELIGIBLE' } } });
  });
});
