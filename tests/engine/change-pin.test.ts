import { changePin } from '@cardwright/cms';
import type { Person } from '@cardwright/cms/store';
import { CardwrightError, type UserParams } from '@cardwright/protocol';
import { readStep } from '@cardwright/protocol/steps';
import { describe, expect, it } from '@jest/globals';
import { actOn } from '../support/engine/operator-action.js';
import { personOf } from '../support/engine/people.js';
import type { PlayedHost } from '../support/host-and-card/played-host.js';
import { ADA, ToyStage } from './support/toy-stage.js';

const OLD = '739154';
const NEW = '862713';
const OLGA: Person = personOf('olga');
const BOB: Person = personOf('bob');

type Question = UserParams<'user.enterSecrets'>;

/** Types these PINs in turn as the current one, then the last one every time. */
function types(host: PlayedHost, ...pins: readonly [string, ...string[]]): Question[] {
  const questions: Question[] = [];
  host.user = (secret, question) => {
    if (secret === 'newPin') return NEW;
    questions.push(question);
    return pins[Math.min(questions.length, pins.length) - 1] ?? OLD;
  };
  return questions;
}

const judged = async ({ cms }: ToyStage, host: PlayedHost, person = ADA) => {
  const [verdict] = await cms.judge({ person, language: 'en' }, 'change-pin', [host.startRequest.device]);
  return verdict;
};

describe('an active device', () => {
  it('gets another PIN and is otherwise unchanged', async () => {
    const stage = await ToyStage.open(changePin);
    const before = stage.store.contents();
    const host = await stage.newHost();
    types(host, OLD);
    expect(await judged(stage, host)).toMatchObject({ action: 'start', reason: null });
    const started = await stage.start(host, 'change-pin', 'de');
    expect(started.phase).toEqual({ name: 'pin', text: 'Wartet auf Ihre PIN' });
    expect(await stage.next(host, started)).toMatchObject({ state: 'done', error: null, deviceState: 'active' });
    expect(stage.card.pin).toBe(NEW);
    const { devices, certificates, escrows } = stage.store.contents();
    expect(certificates).toEqual(before.certificates);
    expect(escrows).toEqual(before.escrows);
    expect(devices.map(({ state }) => state)).toEqual(['active']);
    expect(stage.store.contents().audit.at(-2)).toMatchObject({ event: 'pin.changed', actor: 'ada' });
  });

  it('follows the PIN rules of the current policy, which only a signed step brings', async () => {
    const stage = await ToyStage.open(changePin);
    const { step } = await stage.start(await stage.newHost(), 'change-pin');
    const { commands } = await readStep(step?.jws ?? '', stage.cms.publishedKeys);
    expect(commands).toEqual([
      {
        method: 'pin.change',
        params: {
          rules: expect.objectContaining({ minLength: expect.any(Number), digitsOnly: expect.any(Boolean) }),
          shared: false,
          secrets: { pin: { source: 'user' }, newPin: { source: 'user' } },
        },
      },
    ]);
  });

  it('asks again after a wrong PIN in the same operation, and shows the tries left', async () => {
    const stage = await ToyStage.open(changePin);
    const host = await stage.newHost();
    const questions = types(host, '000000', OLD);
    expect(await stage.relay(host, 'change-pin')).toMatchObject({ state: 'done', error: null });
    expect(questions.map(({ problem, retriesLeft }) => [problem, retriesLeft])).toEqual([
      [null, 3],
      ['PIN_INCORRECT', 2],
    ]);
    expect(stage.card.pin).toBe(NEW);
  });

  it('keeps its last try, whatever its user types', async () => {
    const stage = await ToyStage.open(changePin);
    const host = await stage.newHost();
    const questions = types(host, '000000');
    expect(await stage.relay(host, 'change-pin')).toMatchObject({
      state: 'cancelled',
      error: { data: { name: 'PIN_INCORRECT', details: { retriesLeft: 1 } } },
      deviceState: 'active',
    });
    expect(questions).toHaveLength(2);
    expect(stage.card.pin).toBe(OLD);
    expect(await stage.relay(await stage.newHost(), 'change-pin')).toMatchObject({
      state: 'cancelled',
      error: { data: { name: 'LAST_TRY' } },
    });
  });

  it('stays unchanged when its user closes the window, and no operation keeps running', async () => {
    const stage = await ToyStage.open(changePin);
    const host = await stage.newHost();
    host.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    expect(await stage.relay(host, 'change-pin')).toMatchObject({
      state: 'cancelled',
      error: { data: { name: 'USER_CANCELLED' } },
      deviceState: 'active',
    });
    expect(stage.running).toEqual([]);
  });

  it('asks again after an interruption and continues', async () => {
    const stage = await ToyStage.open(changePin);
    const started = await stage.start(await stage.newHost(), 'change-pin');
    const host = await stage.newHost();
    types(host, OLD);
    const resumed = await stage.start(host, 'change-pin');
    expect(resumed.operation).toBe(started.operation);
    expect(await stage.next(host, resumed)).toMatchObject({ state: 'done' });
    expect(stage.card.pin).toBe(NEW);
  });
});

describe('a device with its initial PIN, which an operator has activated', () => {
  async function activated(): Promise<ToyStage> {
    const stage = await ToyStage.blank({ operations: [changePin] });
    const host = await stage.newHost();
    host.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    const issued = await stage.relay(host, 'issue');
    expect(issued.deviceState).toBe('pending');
    await stage.cms.cancel({ person: ADA, language: 'en' }, issued.operation);
    await actOn(stage, OLGA, 'activate', stage.device?.id ?? '');
    expect(stage.device).toMatchObject({ state: 'active', hasInitialPin: true });
    return stage;
  }

  it('is known to have another PIN once its owner has chosen it', async () => {
    const stage = await activated();
    const host = await stage.newHost();
    types(host, stage.card.pin);
    expect(await stage.relay(host, 'change-pin')).toMatchObject({ state: 'done' });
    expect(stage.device?.hasInitialPin).toBe(false);
  });

  it.each(['USER_CANCELLED', 'USER_TIMEOUT', 'WINDOW_NOT_ALLOWED'] as const)(
    'is still known to have the initial PIN after %s',
    async (code) => {
      const stage = await activated();
      const host = await stage.newHost();
      host.user = () => {
        throw new CardwrightError(code);
      };
      await stage.relay(host, 'change-pin');
      expect(stage.device?.hasInitialPin).toBe(true);
    },
  );

  it('is not known to have either PIN when the answer is lost', async () => {
    const stage = await activated();
    const host = await stage.newHost();
    types(host, stage.card.pin);
    const { step } = await stage.start(host, 'change-pin');
    await host.run(step?.jws ?? '');
    expect(stage.device?.hasInitialPin).toBe(false);
  });
});

describe('attacks on the change of a PIN', () => {
  it.each<[string, (stage: ToyStage) => Promise<unknown>, string]>([
    ['suspended', (stage) => actOn(stage, OLGA, 'suspend', stage.device?.id ?? ''), 'suspended'],
    ['terminated', (stage) => actOn(stage, OLGA, 'terminate', stage.device?.id ?? '', 'lost'), 'terminated'],
  ])('are refused with a %s device, even during a change', async (_, happen, state) => {
    const stage = await ToyStage.open(changePin);
    const host = await stage.newHost();
    types(host, OLD);
    const started = await stage.start(host, 'change-pin');
    await happen(stage);
    expect(stage.device?.state).toBe(state);
    const outcome = stage.next(host, started);
    await expect(outcome.then(({ error }) => error?.data.name ?? null)).resolves.toBe('DEVICE_STATE');
    const later = await stage.newHost();
    expect(await judged(stage, later)).toMatchObject({ action: null });
    await expect(stage.start(later, 'change-pin')).rejects.toMatchObject({ code: 'DEVICE_NOT_ELIGIBLE' });
  });

  it('are refused to someone else with the card, who reads that it is not theirs', async () => {
    const stage = await ToyStage.open(changePin);
    const host = await stage.newHost();
    expect(await judged(stage, host, BOB)).toMatchObject({ action: null });
    const start = { ...host.startRequest, kind: 'change-pin' };
    await expect(stage.cms.start({ person: BOB, language: 'en' }, start)).rejects.toMatchObject({
      code: 'DEVICE_NOT_ELIGIBLE',
    });
  });

  it('meet a blocked PIN before anything is asked', async () => {
    const stage = await ToyStage.open(changePin);
    const host = await stage.newHost();
    const device = { ...host.startRequest.device, pin: { retriesLeft: 0, blocked: true, isDefault: false } };
    const [verdict] = await stage.cms.judge({ person: ADA, language: 'en' }, 'change-pin', [device]);
    expect(verdict).toMatchObject({ action: null, reason: 'The PIN of this device is blocked.' });
  });

  it('are refused to a script in the page without a signed step, and nothing is asked', async () => {
    const stage = await ToyStage.open(changePin);
    const host = await stage.newHost();
    const questions = types(host, OLD);
    const secrets = { pin: { source: 'user' }, newPin: { source: 'user' } } as const;
    await expect(host.ask('pin.change', { rules: null, secrets })).rejects.toMatchObject({ code: 'STEP_REQUIRED' });
    expect(questions).toEqual([]);
    expect(stage.card.pin).toBe(OLD);
  });

  it('are refused with a step for another host’s session', async () => {
    const stage = await ToyStage.open(changePin);
    const { step } = await stage.start(await stage.newHost(), 'change-pin');
    const other = await stage.newHost();
    await expect(other.run(step?.jws ?? '')).rejects.toMatchObject({ code: 'STEP_REFUSED' });
  });

  it('are neither judged nor started at a CMS without that operation', async () => {
    const stage = await ToyStage.open();
    const host = await stage.newHost();
    await expect(judged(stage, host)).rejects.toMatchObject({ code: 'INVALID_PARAMS' });
    await expect(stage.start(host, 'change-pin')).rejects.toMatchObject({ code: 'INVALID_PARAMS' });
  });
});
