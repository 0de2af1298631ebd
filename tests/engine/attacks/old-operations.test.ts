import { beforeEach, describe, expect, it } from '@jest/globals';
import { passkeyPolicy, type DevicePolicy } from '@cardwright/cms/policies';
import { validate } from '@cardwright/protocol';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { PlayedHost } from '../../support/host-and-card/played-host.js';
import { CmsUser } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../support/test-cms.js';
import { ALICE } from '../support/test-people.js';

/** Attack: a session is kept in reserve and continued after the policy no longer lets new ones begin. */

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

/** Begins an issuance of a plain card, and holds it once a step of this phase was sent. */
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

const verdicts = () =>
  cms.store.contents().events.flatMap(({ what }) => (what.kind === 'judged-again' ? [what.refusal] : []));

const STRICTER: [what: string, changes: Partial<DevicePolicy>, reason: string][] = [
  ['cards must change their management key', { acceptFixedManagementKey: false }, "management key can't be changed"],
  ['such devices get passkeys alone', { slots: {}, passkeys: PASSKEYS }, 'sets up passkeys alone'],
];

describe.each(STRICTER)('once %s', (_what, changes, reason) => {
  it.each(['authenticate', 'keys', 'certificates'])(
    'ends a session from the day before in the phase %s',
    async (phase) => {
      const kept = await keepAt(phase);
      await cms.setPolicy('piv', changes);
      late = LONG;
      expect(await finish(kept)).toMatchObject({ state: 'failed', error: { data: { name: 'DEVICE_NOT_ELIGIBLE' } } });
      expect(verdicts()).toEqual([expect.stringContaining(reason)]);
      const rows = cms.devices;
      expect(rows.map(({ state }) => state)).not.toContain('active');
      expect(rows.flatMap(({ certificates }) => certificates.map(({ status }) => status))).not.toContain('good');
    },
  );

  it('continues a session of the same day', async () => {
    const kept = await keepAt('keys');
    await cms.setPolicy('piv', changes);
    late = 23 * HOUR;
    expect(await finish(kept)).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(verdicts()).toEqual([]);
  });

  it('continues a card that waits for its PIN, however late it is', async () => {
    const kept = await keepAt('pin');
    await cms.setPolicy('piv', changes);
    late = 90 * LONG;
    expect(await finish(kept)).toMatchObject({ state: 'done', deviceState: 'active' });
  });

  it('judges a session again after the time that the CMS sets', async () => {
    cms.restart({ operationAge: HOUR });
    const kept = await keepAt('keys');
    await cms.setPolicy('piv', changes);
    late = 2 * HOUR;
    expect(await finish(kept)).toMatchObject({ state: 'failed' });
  });
});

describe('a session from the day before', () => {
  it('continues if it could start today too, and is judged once', async () => {
    const kept = await keepAt('authenticate');
    late = LONG;
    expect(await finish(kept)).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(verdicts()).toEqual([null]);
  });

  it('is not ended by the limit of devices, which counts it already', async () => {
    cms.restart({ deviceLimit: 1 });
    const kept = await keepAt('keys');
    late = LONG;
    expect(await finish(kept)).toMatchObject({ state: 'done', deviceState: 'active' });
  });

  it('ends when its person has reached the limit and it has no device yet', async () => {
    const kept = await keepAt('authenticate');
    cms.restart({ deviceLimit: 0 });
    late = LONG;
    expect(await finish(kept)).toMatchObject({ error: { data: { name: 'DEVICE_NOT_ELIGIBLE' } } });
  });
});
