import { describe, expect, it } from '@jest/globals';
import type { TestCard } from '../support/host-and-card/test-card.js';
import type { PlayedHost } from '../support/host-and-card/played-host.js';
import { everyOrOneIn, oneIn } from '../support/thorough.js';
import { CmsUser } from './support/cms-user.js';
import { TestCms } from './support/test-cms.js';
import { ALICE } from './support/test-people.js';

/** A plain card neither reports the counter of its PUK nor can be reset, so a wasted try is lost. */

// One quick key suffices, since only the PUK matters here.
const cms = await TestCms.open({ policy: { slots: { '9A': 'P-256' } } });
const alice = new CmsUser(cms, ALICE);

/** The points at which a session is interrupted. */
const INTERRUPTIONS = {
  'before the credentials are applied': (host) => {
    host.pull = { method: 'credentials.apply', when: 'before' };
  },
  'after they were applied': (host) => {
    host.pull = { method: 'credentials.apply', when: 'after' };
  },
  'between PUK and PIN': (host) => {
    host.stopAfter = 'puk';
  },
  'after a PUK was refused, before the other one is tried': (host) => {
    host.pull = { method: 'credentials.apply', when: 'before', nth: 2 };
  },
  'when the answer is lost, whatever it is': (host) => {
    host.pull = { method: 'credentials.apply', when: 'unanswered' };
  },
} satisfies Record<string, (host: PlayedHost) => void>;
type Interruption = keyof typeof INTERRUPTIONS;

const ALL = Object.keys(INTERRUPTIONS) as Interruption[];
/** Interruptions after which a refusal still arrives. */
const ANSWERED = ALL.slice(0, 4);

/** Lists all sequences of so many interruptions. */
const sequences = (of: readonly Interruption[], length: number): Interruption[][] =>
  length === 0 ? [[]] : sequences(of, length - 1).flatMap((head) => of.map((each) => [...head, each]));

/** Several interruptions one after another. The fault sweep has pairs too. */
const combined = [...sequences(ALL, 2), ...sequences(ANSWERED, 3)];
/** Each interruption once, one repeated, and some combined. */
const rounds = [
  ...sequences(ALL, 1),
  ...everyOrOneIn(
    4,
    ANSWERED.map((each) => Array.from({ length: 10 }, () => each)),
  ),
  ...oneIn(combined.length, combined, 3),
].map((round) => [round.join(', then '), round] as const);

/** Runs sessions with these interruptions, then an undisturbed one if the device is not complete. */
async function issue(card: TestCard, round: readonly Interruption[]) {
  for (const interruption of round) {
    const host = await alice.openHost(card);
    INTERRUPTIONS[interruption](host);
    const answer = await alice.relay(host);
    if (answer.state === 'done') return answer;
    expect(answer).toMatchObject({ state: 'running', error: { data: { name: 'CARD_REMOVED' } } });
  }
  return alice.issue(card);
}

describe('a plain card that is interrupted', () => {
  it.each(rounds)('%s, is finished, and its PUK never has fewer than two tries', async (_name, round) => {
    const card = cms.newCard('piv');
    expect(await issue(card, round)).toMatchObject({ state: 'done', deviceState: 'active', error: null });
    expect(card.fewestPukTries).toBeGreaterThanOrEqual(2);
    expect(card.pukTries).toBe(3);
    expect(card.puk).not.toBe('12345678');
  });
});

describe('a plain card whose factory PUK differs from the policy', () => {
  const saveFactoryPuk = (puk: string) => cms.setPolicy('piv', {}, { puk });

  it('gets one try of the policy’s PUK until an operator names another one', async () => {
    const card = cms.newCard('piv');
    await saveFactoryPuk('87654321');
    const refused = { state: 'failed', deviceState: 'failed', error: { data: { name: 'PUK_INCORRECT' } } };
    expect(await issue(card, [])).toMatchObject(refused);
    expect(await issue(card, [])).toMatchObject(refused);
    expect(card.pukTries).toBe(2);
    await saveFactoryPuk('12345678');
    expect(await issue(card, [])).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(card.pukTries).toBe(3);
  });

  it('is left alone when that PUK is wrong too, so that one try is left', async () => {
    const card = cms.newCard('piv');
    await saveFactoryPuk('87654321');
    await issue(card, []);
    await saveFactoryPuk('11112222');
    await issue(card, []);
    await saveFactoryPuk('12345678');
    expect(await issue(card, [])).toMatchObject({ state: 'failed', error: { data: { name: 'LAST_TRY' } } });
    expect(card.pukTries).toBe(1);
  });
});
