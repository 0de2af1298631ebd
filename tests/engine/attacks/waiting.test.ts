import { allowedActions, kindsOfWork } from '@cardwright/cms/devices';
import { changePin } from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import { describe, expect, it } from '@jest/globals';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { PlayedHost } from '../../support/host-and-card/played-host.js';
import { requestOf, shownVersion } from '../../support/engine/operator-action.js';
import { standings, UNTOUCHED } from '../support/renewal-stage.js';
import { ADA } from '../support/toy-stage.js';
import { DAY, lastWork, newHost, OLGA, OSCAR, outcomes, waitingStage, workOf } from '../support/waiting-stage.js';

const code = (name: string) => expect.objectContaining({ code: name });

describe('an operator', () => {
  it.each(['ask-renew', 'ask-change-pin', 'ask-back'] as const)('does not ask by %s twice', async (action) => {
    const { stage, ask, id } = await waitingStage();
    const seen = shownVersion(stage.store.contents(), id);
    await ask(action);
    await expect(ask(action, {}, OSCAR)).rejects.toEqual(code('DEVICE_STATE'));
    const stale = stage.cms.perform(OSCAR, action, id, requestOf(seen, 'Again.'));
    await expect(stale).rejects.toEqual(code('DEVICE_CHANGED'));
    expect(workOf(stage)).toHaveLength(1);
    const { devices, work } = stage.store.contents();
    const names = devices.flatMap((device) => allowedActions(device, OSCAR, kindsOfWork(work, new Date())));
    expect(names.map(({ name }) => name)).not.toContain(action);
  });

  it('does not ask at the same moment as another', async () => {
    const { stage, id } = await waitingStage();
    const request = requestOf(shownVersion(stage.store.contents(), id), 'At once.');
    const both = [OLGA, OSCAR].map((operator) => stage.cms.perform(operator, 'ask-renew', id, request));
    const settled = await Promise.allSettled(both);
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(settled.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'DEVICE_CHANGED' } });
  });

  it('does not take back what another asked for', async () => {
    const { stage, ask, id } = await waitingStage();
    await ask('ask-back');
    const { id: work } = lastWork(stage);
    await expect(stage.cms.takeBackWork(OSCAR, id, work)).rejects.toEqual(code('FORBIDDEN'));
    await expect(stage.cms.takeBackWork(OLGA, 'another device', work)).rejects.toEqual(code('WORK_OVER'));
    await expect(stage.cms.takeBackWork(OLGA, id, 'another')).rejects.toEqual(code('WORK_OVER'));
    expect(outcomes(stage)).toEqual(['erase waits']);
    await stage.cms.takeBackWork(OLGA, id, work);
    await expect(stage.cms.takeBackWork(OLGA, id, work)).rejects.toEqual(code('WORK_OVER'));
  });

  it('does not renew a device of their own early by asking themselves', async () => {
    const { stage, ask } = await waitingStage();
    await expect(ask('ask-renew', {}, ADA)).rejects.toEqual(code('FORBIDDEN'));
    const answer = await stage.relay(await stage.newHost(), 'renew');
    expect(answer).toMatchObject({ state: 'failed', error: { data: { name: 'DEVICE_NOT_ELIGIBLE' } } });
    expect(standings(stage)).toEqual(UNTOUCHED);
  });

  it('alone erases nobody’s card: only its owner can start that, and agrees in the extension’s window', async () => {
    const { stage, ask } = await waitingStage();
    await ask('ask-back');
    const { id: work } = lastWork(stage);
    const host = await stage.newHost();
    const by = { person: OLGA, language: 'en', proof: { at: new Date(), by: 'password', device: null } as const };
    const stolen = stage.cms.start(by, { ...host.startRequest, kind: 'erase', work });
    await expect(stolen).rejects.toEqual(code('DEVICE_NOT_ELIGIBLE'));
    host.confirm = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    expect(await stage.relay(host, 'erase')).toMatchObject({ state: 'cancelled', deviceState: 'active' });
    expect(stage.device?.state).toBe('active');
    expect(outcomes(stage)).toEqual(['erase waits']);
  });

  it.each([0, 366, 1.5, '30', null])('does not ask for %p days', async (days) => {
    const { stage, id } = await waitingStage();
    const request = { ...requestOf(shownVersion(stage.store.contents(), id), 'Why.'), days };
    await expect(stage.cms.perform(OLGA, 'ask-renew', id, request)).rejects.toEqual(code('INVALID_PARAMS'));
    await expect(stage.cms.perform(OLGA, 'suspend', id, { ...request, days: 30 })).rejects.toEqual(
      code('INVALID_PARAMS'),
    );
    expect([workOf(stage), stage.device?.state]).toEqual([[], 'active']);
  });

  it('does not ask for an operation that the CMS does not have', async () => {
    const { stage, ask } = await waitingStage({ operations: [changePin] });
    await expect(ask('ask-back')).rejects.toEqual(code('INVALID_PARAMS'));
    expect(workOf(stage)).toEqual([]);
  });
});

describe('a page', () => {
  it.each(['taken back', 'expired', 'done'])('does not start what was %s meanwhile', async (how) => {
    const { stage, ask, id, clock } = await waitingStage();
    await ask('ask-change-pin');
    const { id: work } = lastWork(stage);
    if (how === 'taken back') await stage.cms.takeBackWork(OLGA, id, work);
    else if (how === 'expired') clock.at += 30 * DAY;
    else await stage.relay(await newHost(stage), 'change-pin');
    const { operations } = stage.store.contents();
    const start = stage.start(await stage.newHost(), 'change-pin', 'en', work);
    await expect(start).rejects.toEqual(code('WORK_OVER'));
    expect(stage.store.contents().operations).toEqual(operations);
  });

  it('does not start work by another kind of operation, or by an id that it made up', async () => {
    const { stage, ask } = await waitingStage();
    await ask('ask-change-pin');
    const { id: work } = lastWork(stage);
    for (const [kind, named] of [
      ['erase', work],
      ['change-pin', 'made up'],
    ] as const)
      await expect(stage.start(await stage.newHost(), kind, 'en', named)).rejects.toEqual(code('WORK_OVER'));
    expect(stage.device?.state).toBe('active');
  });

  it('does not do the work of one device with another one of the same owner', async () => {
    const { stage, ask } = await waitingStage({ model: 'piv' });
    const card = new TestCard('piv', null, null);
    const host = await PlayedHost.open(card, stage.cms.origin, stage.cms.publishedKeys);
    host.user = () => '739154';
    expect(await stage.relay(host, 'issue')).toMatchObject({ state: 'done', deviceState: 'active' });
    await ask('ask-back');
    const again = await PlayedHost.open(card, stage.cms.origin, stage.cms.publishedKeys);
    await expect(stage.start(again, 'erase', 'en', lastWork(stage).id)).rejects.toEqual(code('WORK_OVER'));
    expect(outcomes(stage)).toEqual(['erase waits']);
    expect(stage.store.contents().devices.map(({ state }) => state)).toEqual(['active', 'active']);
  });

  it('in a second tab takes the work over: the first one is told, and it is done once', async () => {
    const { stage, ask } = await waitingStage();
    await ask('ask-renew');
    const { id: work } = lastWork(stage);
    const [one, other] = [await stage.newHost(), await stage.newHost()];
    const [first, second] = [
      await stage.start(one, 'renew', 'en', work),
      await stage.start(other, 'renew', 'en', work),
    ];
    expect(second.operation).toBe(first.operation);
    await expect(stage.next(one, first)).rejects.toEqual(code('OPERATION_MOVED'));
    let answer = second;
    while (answer.step) answer = await stage.next(other, answer);
    expect(answer).toMatchObject({ state: 'done', error: null });
    await expect(stage.start(await stage.newHost(), 'renew', 'en', work)).rejects.toEqual(code('WORK_OVER'));
    expect(outcomes(stage)).toEqual(['renew done']);
  });

  it('does not finish work on a device that an operator has ended meanwhile', async () => {
    const { stage, ask, id } = await waitingStage();
    await ask('ask-renew');
    const host = await stage.newHost();
    const answer = await stage.start(host, 'renew', 'en', lastWork(stage).id);
    await stage.cms.perform(OLGA, 'terminate', id, requestOf(shownVersion(stage.store.contents(), id)));
    expect(await stage.next(host, answer)).toMatchObject({ state: 'failed', deviceState: 'terminated' });
    expect(outcomes(stage)).toEqual(['renew ended']);
  });
});

it('stays expired although the clock is set back', async () => {
  const { stage, ask, clock } = await waitingStage();
  await ask('ask-renew', { days: 1 });
  const { id: work } = lastWork(stage);
  clock.at += DAY;
  await stage.cms.endExpiredWork();
  clock.at -= DAY;
  await expect(stage.start(await stage.newHost(), 'renew', 'en', work)).rejects.toEqual(code('WORK_OVER'));
});
