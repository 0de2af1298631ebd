import type { DeviceNotice } from '@cardwright/cms';
import {
  ACTION_NAMES,
  inWorkOrder,
  kindsOfWork,
  OPERATOR_ACTIONS,
  STATES,
  WORK_KIND_NAMES,
  workOf as kindOf,
} from '@cardwright/cms/devices';
import { STANDARD_OPERATIONS } from '@cardwright/cms';
import { describe, expect, it } from '@jest/globals';
import { newDevice } from '../integration/store/rows.js';
import { actOn } from '../support/engine/operator-action.js';
import { toldBy } from './support/notice-stage.js';
import { standings, RENEWED, UNTOUCHED } from './support/renewal-stage.js';
import { DAY, lastWork, newHost, OLGA, outcomes, waitingStage, workEvents, workOf } from './support/waiting-stage.js';

const DONE = { state: 'done', error: null };

describe('work that an operator asks for', () => {
  it('waits with who asked, why and until when, and changes nothing on the device', async () => {
    const { stage, ask, clock } = await waitingStage();
    const { device } = stage;
    const { certificates } = stage.store.contents();
    expect(await ask('ask-renew')).toBe('active');
    expect(lastWork(stage)).toMatchObject({
      kind: 'renew',
      askedById: 'olga',
      askedBy: 'olga',
      reason: 'Rules have changed.',
      expiresAt: new Date(clock.at + 30 * DAY),
      operationId: null,
      outcome: null,
    });
    expect([stage.device, stage.store.contents().certificates]).toEqual([device, certificates]);
    expect(stage.store.contents().audit.at(-1)).toMatchObject({
      event: 'work.asked',
      actor: 'olga',
      detail: { kind: 'renew', reason: 'Rules have changed.', until: new Date(clock.at + 30 * DAY).toISOString() },
    });
  });

  it.each([
    ['ask-renew', 'renew', 'active'],
    ['ask-change-pin', 'change-pin', 'active'],
    ['ask-back', 'erase', 'available'],
  ] as const)('by %s is done by its owner’s click, once', async (action, kind, deviceState) => {
    const { stage, ask } = await waitingStage();
    await ask(action);
    const { id } = lastWork(stage);
    const host = await newHost(stage);
    let answer = await stage.start(host, kind, 'en', id);
    expect(lastWork(stage)).toMatchObject({ operationId: answer.operation, outcome: null });
    while (answer.step) answer = await stage.next(host, answer);
    expect(answer).toMatchObject({ ...DONE, deviceState });
    expect(lastWork(stage)).toMatchObject({ outcome: 'done', operationId: answer.operation });
    expect(workEvents(stage)).toEqual(['work.asked olga', 'work.done ada']);
    if (deviceState === 'active')
      await expect(stage.start(await stage.newHost(), kind, 'en', id)).rejects.toMatchObject({ code: 'WORK_OVER' });
  });

  it('renews certificates that their owner could not renew yet, after a fresh proof', async () => {
    const { stage, ask } = await waitingStage();
    const early = stage.relay(await stage.newHost(), 'renew');
    expect(await early).toMatchObject({ state: 'failed', error: { data: { name: 'DEVICE_NOT_ELIGIBLE' } } });
    await ask('ask-renew');
    const host = await stage.newHost();
    const request = { ...host.startRequest, kind: 'renew', work: lastWork(stage).id };
    const stolen = stage.cms.start({ person: stage.by().person, language: 'en' }, request);
    await expect(stolen).rejects.toMatchObject({ code: 'LOGIN_REQUIRED', data: { fresh: true } });
    expect(standings(stage)).toEqual(UNTOUCHED);
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(standings(stage)).toEqual(RENEWED);
    expect(outcomes(stage)).toEqual(['renew done']);
  });

  it('is offered to the owner while it waits', async () => {
    const { stage, ask, clock } = await waitingStage();
    const offered = () => {
      const { devices, certificates, policies, work } = stage.store.contents();
      const [device] = devices;
      const policy = policies.find(({ model }) => model === device?.model)?.policy;
      const waiting = work.filter(({ outcome }) => outcome === null);
      const asked = kindsOfWork(waiting, clock.now());
      return device && stage.cms.offeredFor(device, { certificates, passkeys: [], policy, asked });
    };
    expect(offered()).not.toContain('renew');
    await ask('ask-renew', { days: 3 });
    expect(offered()).toContain('renew');
    clock.at += 3 * DAY;
    expect(offered()).not.toContain('renew');
  });

  it('is still done after an interruption, in another browser', async () => {
    const { stage, ask } = await waitingStage();
    await ask('ask-renew');
    const { id } = lastWork(stage);
    const host = await stage.newHost();
    const first = await stage.start(host, 'renew', 'en', id);
    await stage.next(host, first);
    const another = await stage.newHost();
    let answer = await stage.start(another, 'renew', 'en', id);
    expect(answer.operation).toBe(first.operation);
    while (answer.step) answer = await stage.next(another, answer);
    expect(answer).toMatchObject(DONE);
    expect(outcomes(stage)).toEqual(['renew done']);
  });

  it('waits on after an attempt that its owner cancelled', async () => {
    const { stage, ask } = await waitingStage();
    await ask('ask-back');
    const host = await stage.newHost();
    const { operation } = await stage.start(host, 'erase', 'en', lastWork(stage).id);
    await stage.cms.cancel(stage.by(), operation);
    expect(outcomes(stage)).toEqual(['erase waits']);
    expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject({ ...DONE, deviceState: 'available' });
    expect(outcomes(stage)).toEqual(['erase done']);
  });

  it('expires, which the audit log says once', async () => {
    const { stage, ask, clock } = await waitingStage();
    await ask('ask-change-pin', { days: 2 });
    expect(await stage.cms.endExpiredWork()).toBe(0);
    clock.at += 2 * DAY;
    const counts = await Promise.all([stage.cms.endExpiredWork(), stage.cms.endExpiredWork()]);
    expect(counts.reduce((sum, count) => sum + count)).toBe(1);
    expect(outcomes(stage)).toEqual(['change-pin expired']);
    expect(workEvents(stage)).toEqual(['work.asked olga', 'work.expired portal']);
    await ask('ask-change-pin');
    expect(outcomes(stage)).toEqual(['change-pin expired', 'change-pin waits']);
  });

  it.each(['terminate', 'suspend'] as const)(
    'ends with the device, but not when an operator does %s',
    async (action) => {
      const { stage, ask, id } = await waitingStage();
      await ask('ask-renew');
      await ask('ask-back');
      await actOn(stage, OLGA, action, id);
      const isOver = action === 'terminate';
      expect(outcomes(stage)).toEqual(isOver ? ['renew ended', 'erase ended'] : ['renew waits', 'erase waits']);
      if (!isOver) return;
      expect(workEvents(stage).slice(2)).toEqual(['work.ended olga', 'work.ended olga']);
    },
  );

  it('ends with the device that is given back, except the work that gave it back', async () => {
    const { stage, ask } = await waitingStage();
    await ask('ask-back');
    await ask('ask-renew');
    await stage.relay(await stage.newHost(), 'erase');
    expect(outcomes(stage)).toEqual(['erase done', 'renew ended']);
  });

  it('is told to the owner once, and no longer once it was taken back', async () => {
    const told: DeviceNotice[] = [];
    const { stage, ask, id } = await waitingStage({ onNotice: toldBy((notice) => void told.push(notice)) });
    await stage.cms.tellDueNotices();
    told.length = 0;
    await ask('ask-renew');
    await stage.cms.tellDueNotices();
    await stage.cms.tellDueNotices();
    await ask('ask-change-pin');
    await stage.cms.takeBackWork(OLGA, id, lastWork(stage).id);
    await ask('ask-back');
    await stage.cms.tellDueNotices();
    expect(told.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['renewal-asked', 'Rules have changed.'],
      ['asked-back', 'Rules have changed.'],
    ]);
  });
});

describe('two works for one device', () => {
  it('are done the oldest first, and what ends the device last', async () => {
    const { stage, ask, clock } = await waitingStage();
    for (const action of ['ask-back', 'ask-change-pin', 'ask-renew'] as const) {
      await ask(action);
      clock.at += 1000;
    }
    expect(inWorkOrder(workOf(stage)).map(({ kind }) => kind)).toEqual(['change-pin', 'renew', 'erase']);
  });
});

describe('work that is taken back', () => {
  it('can no longer be started, which the audit log says', async () => {
    const { stage, ask, id } = await waitingStage();
    await ask('ask-renew');
    const { id: work } = lastWork(stage);
    expect(await stage.cms.takeBackWork(OLGA, id, work)).toEqual({ isRunning: false });
    await expect(stage.start(await stage.newHost(), 'renew', 'en', work)).rejects.toMatchObject({ code: 'WORK_OVER' });
    expect(workEvents(stage)).toEqual(['work.asked olga', 'work.taken-back olga']);
    expect(stage.running).toEqual([]);
  });

  it('while its operation runs lets that finish, and stays taken back', async () => {
    const { stage, ask, id } = await waitingStage();
    await ask('ask-renew');
    const host = await stage.newHost();
    let answer = await stage.start(host, 'renew', 'en', lastWork(stage).id);
    answer = await stage.next(host, answer);
    expect(await stage.cms.takeBackWork(OLGA, id, lastWork(stage).id)).toEqual({ isRunning: true });
    while (answer.step) answer = await stage.next(host, answer);
    expect(answer).toMatchObject(DONE);
    expect(standings(stage)).toEqual(RENEWED);
    expect(outcomes(stage)).toEqual(['renew taken-back']);
  });
});

describe('the table of work', () => {
  it('has one action for each kind, which applies only where the operation can be started', () => {
    for (const kind of WORK_KIND_NAMES) {
      const [action, ...others] = ACTION_NAMES.filter((name) => kindOf(name) === kind);
      expect(others).toEqual([]);
      const operation = STANDARD_OPERATIONS.find((one) => one.kind === kind);
      const from: readonly string[] = action === undefined ? [] : OPERATOR_ACTIONS[action].from;
      for (const state of STATES.filter((one) => from.includes(one))) {
        const facts = { certificates: [], passkeys: [], policy: undefined, asked: [kind], now: new Date() };
        expect([kind, state, operation?.isOffered?.(newDevice('ada', { state }), facts)]).toEqual([kind, state, true]);
      }
    }
  });
});
