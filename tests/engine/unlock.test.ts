import { unlock } from '@cardwright/cms';
import { openEscrow } from '@cardwright/cms/keys';
import type { DevicePolicy } from '@cardwright/cms/policies';
import type { Escrow } from '@cardwright/cms/store';
import { CardwrightError, type UserParams } from '@cardwright/protocol';
import { describe, expect, it } from '@jest/globals';
import { actOn } from '../support/engine/operator-action.js';
import { personOf } from '../support/engine/people.js';
import type { PlayedHost } from '../support/host-and-card/played-host.js';
import { ToyStage, type ToyOptions } from './support/toy-stage.js';
import { everyOrOneIn } from '../support/thorough.js';

const NEW = '862713';
const OLGA = personOf('olga');
/** Leads to the way `management-key`, on a plain card to the way `operator`. */
const WITHOUT_9E: Partial<DevicePolicy> = { slots: { '9A': 'P-256' } };

type Question = UserParams<'user.enterSecrets'>;

/** Opens a stage with an active device whose PIN is blocked. */
async function blocked(options: ToyOptions = {}): Promise<ToyStage> {
  const stage = await ToyStage.issued({ operations: [unlock], ...options });
  stage.card.isPinBlocked = true;
  return stage;
}

/** Opens a session whose user chooses this PIN. */
async function chooses(stage: ToyStage, pin = NEW): Promise<{ host: PlayedHost; questions: Question[] }> {
  const host = await stage.newHost();
  const questions: Question[] = [];
  host.user = (_secret, question) => {
    questions.push(question);
    return pin;
  };
  return { host, questions };
}

const escrowsOf = ({ store }: ToyStage) => store.contents().escrows;
const pukOf = async ({ store }: ToyStage, escrow: Escrow | undefined): Promise<string | undefined> =>
  escrow && (await openEscrow(escrow, store.keys)).puk;
const auditOf = ({ store }: ToyStage): string[] => store.contents().audit.map(({ event }) => event);

/** Expects after an unlock that the CMS keeps the card's PUK and management key. */
async function expectKept(stage: ToyStage): Promise<void> {
  const kept = escrowsOf(stage).filter(({ pukDroppedAt }) => pukDroppedAt === null);
  expect(await Promise.all(kept.map((escrow) => pukOf(stage, escrow)))).toContain(stage.card.puk);
  const keys = escrowsOf(stage).filter(({ managementKeyDroppedAt }) => managementKeyDroppedAt === null);
  const held = await Promise.all(
    keys.map(async (escrow) => (await openEscrow(escrow, stage.store.keys)).managementKey),
  );
  if (stage.card.model === 'yubikey')
    expect(held.map((key) => key?.key)).toContain(stage.card.managementKey.key.toString('base64url'));
}

describe('a device whose PIN is blocked', () => {
  it('gets its owner’s PIN, and then a PUK that was escrowed before', async () => {
    const stage = await blocked();
    const { puk: before } = stage.card;
    const { host, questions } = await chooses(stage);
    const { devices, certificates } = stage.store.contents();
    expect(await stage.relay(host, 'unlock')).toMatchObject({ state: 'done', error: null, deviceState: 'active' });
    expect(questions.map(({ secrets }) => secrets)).toEqual([['newPin']]);
    expect([stage.card.pin, stage.card.isPinBlocked]).toEqual([NEW, false]);
    expect(stage.card.puk).not.toBe(before);
    await expectKept(stage);
    expect(stage.store.contents().certificates).toEqual(certificates);
    expect(stage.store.contents().devices).toMatchObject(devices.map(({ id, state, guid }) => ({ id, state, guid })));
    expect(auditOf(stage).slice(-5)).toEqual([
      'pin.unblocked',
      'escrow.stored',
      'secret.released',
      'puk.replaced',
      'operation.finished',
    ]);
  });

  it('can be unlocked repeatedly, each time with its latest PUK', async () => {
    const stage = await blocked();
    const puks = [stage.card.puk];
    for (const pin of ['862714', '862715', '862716']) {
      stage.card.isPinBlocked = true;
      expect(await stage.relay((await chooses(stage, pin)).host, 'unlock')).toMatchObject({ state: 'done' });
      expect(stage.card.pin).toBe(pin);
      puks.push(stage.card.puk);
      await expectKept(stage);
    }
    expect(new Set(puks).size).toBe(4);
    expect(stage.card.fewestPukTries).toBe(3);
    // One earlier PUK is kept until the card has used its current one.
    expect(escrowsOf(stage).filter(({ pukDroppedAt }) => pukDroppedAt === null)).toHaveLength(2);
  });

  it('asks for the new PIN by the current rules before anything is written', async () => {
    const stage = await blocked();
    const host = await stage.newHost();
    let seen: unknown;
    host.user = (_secret, { rules }) => {
      seen = { rules, puk: stage.card.puk, pin: stage.card.pin, isBlocked: stage.card.isPinBlocked };
      throw new CardwrightError('USER_CANCELLED');
    };
    const { puk, pin } = stage.card;
    expect(await stage.relay(host, 'unlock')).toMatchObject({
      state: 'cancelled',
      error: { data: { name: 'USER_CANCELLED' } },
      deviceState: 'active',
    });
    expect(seen).toEqual({ rules: expect.objectContaining({ minLength: 6 }), puk, pin, isBlocked: true });
    expect([stage.card.puk, stage.card.pin, stage.card.isPinBlocked]).toEqual([puk, pin, true]);
    expect(stage.running).toEqual([]);
    // The device can be unlocked nevertheless.
    expect(await stage.relay((await chooses(stage)).host, 'unlock')).toMatchObject({ state: 'done' });
  });

  it('makes no key and revokes nothing, even if the unlock fails', async () => {
    const stage = await blocked();
    const { host } = await chooses(stage);
    host.user = () => {
      throw new CardwrightError('WINDOW_NOT_ALLOWED');
    };
    const before = stage.store.contents();
    await stage.relay(host, 'unlock');
    expect(host.executed.filter((method) => method.startsWith('key.'))).toEqual([]);
    expect(stage.store.contents().certificates).toEqual(before.certificates);
    expect(stage.device).toMatchObject({ state: 'active' });
  });
});

describe('a PIN that is forgotten with tries left', () => {
  it('is replaced in the same way', async () => {
    const stage = await ToyStage.issued({ operations: [unlock] });
    expect(await stage.relay((await chooses(stage)).host, 'unlock')).toMatchObject({ state: 'done' });
    expect(stage.card.pin).toBe(NEW);
  });

  it('is no longer the initial one that an operator could learn', async () => {
    const stage = await ToyStage.blank({ operations: [unlock] });
    const first = await stage.newHost();
    first.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    const issued = await stage.relay(first, 'issue');
    await stage.cms.cancel({ person: personOf('ada'), language: 'en' }, issued.operation);
    await actOn(stage, OLGA, 'activate', stage.device?.id ?? '');
    expect(stage.device?.hasInitialPin).toBe(true);
    const { host } = await chooses(stage);
    host.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    await stage.relay(host, 'unlock');
    expect(stage.device?.hasInitialPin).toBe(true);
    await stage.relay((await chooses(stage)).host, 'unlock');
    expect(stage.device?.hasInitialPin).toBe(false);
  });
});

describe('the proof of the device', () => {
  it('uses its own management key if it has no certificate in 9E', async () => {
    const stage = await blocked({ policy: WITHOUT_9E });
    const { host } = await chooses(stage);
    expect(await stage.relay(host, 'unlock')).toMatchObject({ state: 'done' });
    expect(host.executed).toContain('managementKey.authenticate');
    expect(stage.card.pin).toBe(NEW);
    await expectKept(stage);
  });

  it('uses the key in 9E on a plain card too', async () => {
    const stage = await blocked({ model: 'piv' });
    const { host } = await chooses(stage);
    expect(await stage.relay(host, 'unlock')).toMatchObject({ state: 'done' });
    expect(host.executed).not.toContain('managementKey.authenticate');
    expect(stage.card.pin).toBe(NEW);
    await expectKept(stage);
  });

  it('needs an operator’s approval if the card can give none', async () => {
    const stage = await blocked({ model: 'piv', policy: WITHOUT_9E });
    const waiting = { state: 'running', step: null, error: { data: { name: 'APPROVAL_NEEDED' } } };
    const { host, questions } = await chooses(stage);
    expect(await stage.relay(host, 'unlock')).toMatchObject(waiting);
    expect(questions).toEqual([]);
    const id = stage.device?.id ?? '';
    expect(stage.device).toMatchObject({ state: 'active', stateReason: 'APPROVAL_NEEDED' });
    await expect(actOn(stage, personOf('ada'), 'approve-unlock', id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await actOn(stage, OLGA, 'approve-unlock', id);
    expect(await stage.relay((await chooses(stage)).host, 'unlock')).toMatchObject({ state: 'done' });
    expect(stage.card.pin).toBe(NEW);
    // The approval covered only that unlock.
    expect(stage.device).toMatchObject({ state: 'active', stateReason: null, pukApprovedAt: null });
    stage.card.isPinBlocked = true;
    expect(await stage.relay((await chooses(stage)).host, 'unlock')).toMatchObject(waiting);
  });

  it('is not replaced by yesterday’s approval', async () => {
    let clock = 0;
    const now = () => new Date(Date.now() + clock);
    const stage = await blocked({ model: 'piv', policy: WITHOUT_9E, now });
    await stage.relay((await chooses(stage)).host, 'unlock');
    await actOn(stage, OLGA, 'approve-unlock', stage.device?.id ?? '');
    clock = 25 * 60 * 60 * 1000;
    expect(await stage.relay((await chooses(stage)).host, 'unlock')).toMatchObject({
      error: { data: { name: 'APPROVAL_NEEDED' } },
    });
  });
});

describe('an unlock that is interrupted', () => {
  const pulls = [
    ['before the card was told', { method: 'pin.unblock', when: 'before' }],
    ['while its answer was under way', { method: 'pin.unblock', when: 'unanswered' }],
    ['after the new PIN', { method: 'pin.unblock', when: 'after' }],
    ['before the new PUK', { method: 'credentials.apply', when: 'before' }],
    ['while the answer to the new PUK was under way', { method: 'credentials.apply', when: 'unanswered' }],
    ['after the new PUK', { method: 'credentials.apply', when: 'after' }],
  ] as const;

  it.each(everyOrOneIn(3, pulls))(
    'leaves the old or new PIN and a kept PUK when interrupted %s, and can be repeated',
    async (_, pull) => {
      const stage = await ToyStage.issued({ operations: [unlock] });
      const { pin: old } = stage.card;
      const { host } = await chooses(stage);
      host.pull = pull;
      await stage.relay(host, 'unlock');
      expect([old, NEW]).toContain(stage.card.pin);
      await expectKept(stage);
      const again = await stage.relay((await chooses(stage, '862799')).host, 'unlock');
      expect(again).toMatchObject({ state: 'done', error: null, deviceState: 'active' });
      expect(stage.card.pin).toBe('862799');
      await expectKept(stage);
      expect(stage.card.fewestPukTries).toBeGreaterThanOrEqual(2);
    },
  );

  it('knows which PUK the card has as soon as the card has taken it', async () => {
    const stage = await ToyStage.issued({ operations: [unlock] });
    const pulled = async (method: 'credentials.apply' | 'credentials.prepare', when: 'before' | 'unanswered') => {
      const { host } = await chooses(stage);
      host.pull = { method, when };
      await stage.relay(host, 'unlock');
    };
    await pulled('credentials.apply', 'unanswered');
    // The answer was lost, so that the next unlock finds out which PUK the card has.
    await pulled('credentials.prepare', 'before');
    const escrows = escrowsOf(stage).filter(({ pukDroppedAt }) => pukDroppedAt === null);
    const puks = await Promise.all(escrows.map((escrow) => pukOf(stage, escrow)));
    expect(escrows.map(({ appliedAt, pukTries }) => [appliedAt !== null, pukTries])).toEqual([[true, []]]);
    expect(puks).toEqual([stage.card.puk]);
  });

  it.each(everyOrOneIn(2, ['yubikey', 'piv']))(
    'leaves a %s PUK tries after three interruptions at the new PUK',
    async (model) => {
      const stage = await ToyStage.issued({ operations: [unlock], model });
      for (const pin of ['862714', '862715', '862716']) {
        const { host } = await chooses(stage, pin);
        host.pull = { method: 'credentials.apply', when: 'unanswered' };
        await stage.relay(host, 'unlock');
        await expectKept(stage);
      }
      expect(await stage.relay((await chooses(stage)).host, 'unlock')).toMatchObject({ state: 'done' });
      await expectKept(stage);
      expect(stage.card.fewestPukTries).toBeGreaterThanOrEqual(2);
    },
  );
});
