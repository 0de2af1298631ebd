import { unlock } from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import { describe, expect, it } from '@jest/globals';
import { actOn } from '../../support/engine/operator-action.js';
import { personOf } from '../../support/engine/people.js';
import { PlayedHost } from '../../support/host-and-card/played-host.js';
import { startWith } from '../../support/forging.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { engineParts, ORIGIN } from '../support/engine-parts.js';
import { STALE_PROOFS } from '../support/stale-proofs.js';
import { ADA, ToyStage } from '../support/toy-stage.js';

/** Attacks: setting a PIN on someone's card, getting its PUK, or making its owner believe in a PIN that the card does not have. */

const NEW = '862713';
const OLGA = personOf('olga');
const BOB = personOf('bob');

async function chooses(stage: ToyStage): Promise<PlayedHost> {
  const host = await stage.newHost();
  host.user = () => NEW;
  return host;
}

const released = ({ store }: ToyStage): unknown[] =>
  store
    .contents()
    .audit.filter(({ event }) => event === 'secret.released')
    .map(({ detail }) => detail.purpose);

/** Runs `work`, and expects card and PUK to be unchanged. */
async function expectUntouched(stage: ToyStage, work: () => Promise<unknown>): Promise<void> {
  const seen = () => [stage.card.pin, stage.card.puk, stage.card.isPinBlocked, released(stage).length];
  const before = seen();
  await work();
  expect(seen()).toEqual(before);
}

describe('an unlock', () => {
  it.each([
    ['suspended', 'suspended', (stage: ToyStage) => actOn(stage, OLGA, 'suspend', stage.device?.id ?? '')],
    ['terminated', 'terminated', (stage: ToyStage) => actOn(stage, OLGA, 'terminate', stage.device?.id ?? '', 'lost')],
  ] as const)('is refused for a device that is %s, before the unlock or during it', async (_name, state, happen) => {
    const stage = await ToyStage.issued({ operations: [unlock] });
    const host = await chooses(stage);
    const started = await stage.start(host, 'unlock');
    await happen(stage);
    expect(stage.device?.state).toBe(state);
    await expectUntouched(stage, async () => {
      expect(await stage.next(host, started)).toMatchObject({ error: { data: { name: 'DEVICE_STATE' } } });
      await expect(stage.start(await chooses(stage), 'unlock')).rejects.toMatchObject({ code: 'DEVICE_NOT_ELIGIBLE' });
    });
  });

  it('is refused for a device that an operator declined', async () => {
    const stage = await ToyStage.blank({ operations: [unlock], model: 'piv', policy: { unprovenKeys: 'supervised' } });
    await stage.relay(await stage.newHost(), 'issue');
    await actOn(stage, OLGA, 'decline', stage.device?.id ?? '', 'unknown card');
    await expectUntouched(stage, () =>
      expect(chooses(stage).then((host) => stage.start(host, 'unlock'))).rejects.toMatchObject({
        code: 'DEVICE_NOT_ELIGIBLE',
      }),
    );
  });

  it('is refused for someone else’s device', async () => {
    const stage = await ToyStage.issued({ operations: [unlock] });
    const host = await chooses(stage);
    const request = { ...host.startRequest, kind: 'unlock' };
    await expectUntouched(stage, () =>
      expect(stage.cms.start({ person: BOB, language: 'en' }, request)).rejects.toMatchObject({
        code: 'DEVICE_NOT_ELIGIBLE',
      }),
    );
  });

  it('is refused for a device whose PUK is blocked or has one try left', async () => {
    const stage = await ToyStage.issued({ operations: [unlock] });
    for (const tries of [1, 0]) {
      stage.card.pukTries = tries;
      const host = await chooses(stage);
      const [verdict] = await stage.cms.judge({ person: ADA, language: 'en' }, 'unlock', [host.startRequest.device]);
      expect(verdict).toMatchObject({ action: null, reason: expect.stringContaining('erased') });
    }
  });
});

describe('a session that its user left open, or a copy of its cookie', () => {
  it.each(STALE_PROOFS)('starts no unlock %s, even where one was interrupted', async (_what, proofOf) => {
    const stage = await ToyStage.issued({ operations: [unlock] });
    const mine = await chooses(stage);
    mine.pull = { method: 'credentials.apply', when: 'before' };
    await stage.relay(mine, 'unlock');
    for (const kind of ['resumed', 'started']) {
      const host = await chooses(stage);
      const request = { ...host.startRequest, kind: 'unlock' };
      await expectUntouched(stage, () =>
        expect(stage.cms.start({ person: ADA, language: 'en', proof: proofOf(stage) }, request)).rejects.toMatchObject({
          code: 'LOGIN_REQUIRED',
          data: { fresh: true },
        }),
      );
      expect(stage.running).toEqual(kind === 'resumed' ? ['unlock'] : []);
      if (kind === 'resumed') await stage.relay(await chooses(stage), 'unlock');
    }
  });
});

describe('the proof of the device', () => {
  it('cannot be given by another card of the batch whose host claims to have the first', async () => {
    const stage = await ToyStage.issued({ operations: [unlock] });
    const { vendor } = await engineParts();
    const other = new TestCard('yubikey', '10000002', vendor);
    // The same CMS issued it, so its key in 9E is certified too.
    const issuing = await PlayedHost.open(other, ORIGIN, stage.cms.publishedKeys);
    let answer = await stage.cms.start(stage.by(BOB), issuing.startRequest);
    while (answer.step) answer = await stage.nextOf(BOB, issuing, answer);
    expect(answer.deviceState).toBe('active');

    const mine = await stage.newHost();
    const theirs = await PlayedHost.open(other, ORIGIN, stage.cms.publishedKeys);
    await theirs.lie();
    const { serial, guid, certificates } = mine.startRequest.device;
    const before = released(stage).length;
    const request = { ...startWith(theirs, { serial, guid, certificates }), kind: 'unlock' };
    const started = await stage.cms.start(stage.by(), request);
    expect(await stage.next(theirs, started)).toMatchObject({
      state: 'failed',
      error: { data: { name: 'OPERATION_FAILED' } },
    });
    expect(released(stage)).toHaveLength(before);
    expect(stage.device).toMatchObject({ state: 'active' });
  });

  it('cannot be an answer of an earlier unlock', async () => {
    const stage = await ToyStage.issued({ operations: [unlock] });
    const host = await chooses(stage);
    const first = await stage.start(host, 'unlock');
    const outcomes = await host.run(first.step?.jws ?? '');
    const later = await chooses(stage);
    const second = await stage.start(later, 'unlock');
    const { operation, step } = second;
    await expectUntouched(stage, async () => {
      const replayed = stage.cms.continue({ person: ADA, language: 'en' }, operation, step?.number ?? 0, outcomes);
      expect(await replayed).toMatchObject({ state: 'failed', error: { data: { name: 'OPERATION_FAILED' } } });
    });
  });
});

describe('a host that lies', () => {
  /** Lets the proof of the device pass, and replaces the outcomes of the step with the new PIN by these. */
  async function lieAtPin(
    stage: ToyStage,
    lie: (outcomes: CommandOutcome[]) => CommandOutcome[],
  ): Promise<OperationAnswer> {
    const host = await chooses(stage);
    const proved = await stage.next(host, await stage.start(host, 'unlock'));
    expect(proved.phase.name).toBe('pin');
    return stage.next(host, proved, 'en', lie);
  }

  it('cannot report a PIN that the card did not get', async () => {
    const stage = await ToyStage.issued({ operations: [unlock] });
    const host = await chooses(stage);
    const started = await stage.start(host, 'unlock');
    const proof = await host.run(started.step?.jws ?? '');
    const { operation, step } = started;
    const proved = await stage.cms.continue({ person: ADA, language: 'en' }, operation, step?.number ?? 0, proof);
    host.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    const { pin } = stage.card;
    const [signed] = proof;
    const lie = (): CommandOutcome[] => [
      { method: 'pin.unblock', result: {} },
      signed ?? { method: 'csr.create', result: {} },
    ];
    const prepared = {
      method: 'credentials.prepare',
      result: { escrow: 'a.b.c.d.e', digest: 'x'.repeat(43) },
    } as const;
    const answer = await stage.next(host, proved, 'en', () => [...lie(), prepared]);
    expect(answer).toMatchObject({ state: 'failed', error: { data: { name: 'OPERATION_FAILED' } } });
    expect(stage.card.pin).toBe(pin);
    expect(stage.device).toMatchObject({ state: 'active', hasInitialPin: false });
    // The sent PUK stays the card's, and the next unlock replaces it.
    expect(await stage.relay(await chooses(stage), 'unlock')).toMatchObject({ state: 'done' });
  });

  it.each([
    ['digest', (result: Record<string, unknown>) => ({ ...result, digest: 'x'.repeat(43) }), 'ESCROW_MISMATCH'],
    ['escrow', (result: Record<string, unknown>) => ({ ...result, escrow: 'a.b.c.d.e' }), 'ESCROW_MISMATCH'],
  ] as const)('cannot give the card a PUK that the CMS does not keep, by another %s', async (_what, swap, code) => {
    const stage = await ToyStage.issued({ operations: [unlock] });
    const { puk } = stage.card;
    const answer = await lieAtPin(stage, (outcomes) =>
      outcomes.map((outcome) =>
        outcome.method === 'credentials.prepare' && 'result' in outcome
          ? { ...outcome, result: swap(outcome.result as Record<string, unknown>) }
          : outcome,
      ),
    );
    expect(answer).toMatchObject({ state: 'failed', error: { data: { name: code } } });
    expect(stage.card.puk).toBe(puk);
    expect(await stage.relay(await chooses(stage), 'unlock')).toMatchObject({ state: 'done' });
  });

  it('cannot bring the escrow of another session', async () => {
    const stage = await ToyStage.issued({ operations: [unlock] });
    let earlier: CommandOutcome | undefined;
    await lieAtPin(stage, (outcomes) => {
      earlier = outcomes.find(({ method }) => method === 'credentials.prepare');
      return outcomes;
    });
    const answer = await lieAtPin(stage, (outcomes) =>
      outcomes.map((outcome) => (outcome.method === 'credentials.prepare' && earlier ? earlier : outcome)),
    );
    // The step of a resumed unlock has the card's former PUK, so it must not ask for another escrow.
    expect(['failed', 'running']).toContain(answer.state);
    await stage.relay(await chooses(stage), 'unlock');
    const kept = stage.store.contents().escrows.filter(({ pukDroppedAt }) => pukDroppedAt === null);
    expect(kept.length).toBeLessThanOrEqual(2);
  });
});

describe('two tabs', () => {
  it('cannot unlock one device at once: the first is told, and its step has no effect', async () => {
    const stage = await ToyStage.issued({ operations: [unlock] });
    const first = await chooses(stage);
    const inFirst = await stage.next(first, await stage.start(first, 'unlock'));
    const second = await chooses(stage);
    const inSecond = await stage.start(second, 'unlock');
    expect(inSecond.operation).toBe(inFirst.operation);
    await expect(stage.next(first, inFirst)).rejects.toMatchObject({
      code: expect.stringMatching(/^(OPERATION_MOVED|DEVICE_NOT_OPEN)$/),
    });
    let answer = inSecond;
    while (answer.step) answer = await stage.next(second, answer);
    expect(answer).toMatchObject({ state: 'done' });
    expect(stage.card.pin).toBe(NEW);
  });
});

describe('a script in the page', () => {
  it('can neither set a PIN with the PUK nor make the host use the PIN that its user chose', async () => {
    const stage = await ToyStage.issued({ operations: [unlock] });
    const host = await chooses(stage);
    const secrets = { puk: { source: 'user' }, newPin: { source: 'user' } } as const;
    await expect(host.ask('pin.unblock', { rules: null, secrets })).rejects.toMatchObject({ code: 'STEP_REQUIRED' });
    expect(await stage.relay(host, 'unlock')).toMatchObject({ state: 'done' });
    const verify = host.ask('pin.verify', { secrets: { pin: { source: 'session' } } });
    await expect(verify).rejects.toMatchObject({ code: expect.any(String) });
  });

  it('cannot start an unlock at a CMS that does not offer it', async () => {
    const stage = await ToyStage.issued({ operations: [] });
    const host = await chooses(stage);
    await expect(stage.start(host, 'unlock')).rejects.toMatchObject({ code: 'INVALID_PARAMS' });
  });
});
