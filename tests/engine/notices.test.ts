import { createCms, erase, memoryStore, unlock, type DeviceNotice } from '@cardwright/cms';
import { inTransaction, type Certificate, type Notice } from '@cardwright/cms/store';
import { describe, expect, it } from '@jest/globals';
import { actOn } from '../support/engine/operator-action.js';
import { personOf } from '../support/engine/people.js';
import { engineParts, ORIGIN } from './support/engine-parts.js';
import { MovableClock, toldBy, writeRows } from './support/notice-stage.js';
import { ToyStage } from './support/toy-stage.js';

const OLGA = personOf('olga');
const DAY = 24 * 60 * 60 * 1000;

/** Opens a stage with Ada's active device, of which she was told, and a clock that the test moves. */
async function issued() {
  const clock = new MovableClock();
  const told: DeviceNotice[] = [];
  const onNotice = toldBy((notice) => void told.push(notice));
  const stage = await ToyStage.issued({ operations: [unlock, erase], now: clock.now, onNotice });
  await stage.cms.tellDueNotices();
  const first = told.splice(0);
  const { certificates } = stage.store.contents();
  const end = Math.min(...certificates.map(({ notAfter }) => notAfter.getTime()));
  /** Moves the clock to so many days before the certificates end, and tells what is due. */
  const tellAt = async (days: number): Promise<(number | null)[]> => {
    clock.at = end - days * DAY;
    const before = told.length;
    await stage.cms.tellDueNotices();
    return told.slice(before).map((notice) => notice.days);
  };
  return { stage, clock, told, first, id: stage.device?.id ?? '', tellAt };
}

const kindsOf = (notices: readonly Pick<Notice, 'kind'>[]) => notices.map(({ kind }) => kind);

describe('the owner of a device is told once of', () => {
  it('its issuance, with who and which device it is, and no name', async () => {
    const { stage, first, id } = await issued();
    const { model, modelName, serial } = stage.device ?? {};
    expect(first).toEqual([
      {
        ...{ id: expect.any(String), kind: 'issued', ownerId: 'ada', device: { id, model, modelName, serial } },
        ...{ reason: null, days: null, expiresAt: null, at: expect.any(Date), attempt: 1 },
      },
    ]);
    expect(JSON.stringify([first, stage.store.contents().notices])).not.toContain('Adams');
  });

  it('its suspension, its end and a request to give it back, with the operator’s reason, but not its resumption', async () => {
    const { stage, told, id } = await issued();
    await actOn(stage, OLGA, 'ask-back', id, 'You leave on Friday.');
    expect(await stage.cms.tellDueNotices()).toBe(1);
    await actOn(stage, OLGA, 'suspend', id, 'Found on the stairs.');
    await actOn(stage, OLGA, 'resume', id);
    await actOn(stage, OLGA, 'terminate', id);
    expect(await stage.cms.tellDueNotices()).toBe(2);
    expect(told.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['asked-back', 'You leave on Friday.'],
      ['suspended', 'Found on the stairs.'],
      ['terminated', null],
    ]);
    expect(await stage.cms.tellDueNotices()).toBe(0);
  });

  it('a new PIN that its PUK set', async () => {
    const { stage, told } = await issued();
    stage.card.isPinBlocked = true;
    const host = await stage.newHost();
    host.user = () => '862713';
    expect(await stage.relay(host, 'unlock')).toMatchObject({ state: 'done', error: null });
    await stage.cms.tellDueNotices();
    expect(kindsOf(told)).toEqual(['unlocked']);
  });

  it('nothing whose change was undone', async () => {
    const { stage, clock, told, id } = await issued();
    const undone = inTransaction({ store: stage.store, now: clock.now }, async (records) => {
      (await records.openDevice(id))?.changeState('suspended', 'olga', null);
      await records.write();
      throw new Error('the power fails');
    });
    await expect(undone).rejects.toThrow('the power fails');
    expect(await stage.cms.tellDueNotices()).toBe(0);
    expect(told).toEqual([]);
  });
});

describe('the owner of a device whose certificates end is told', () => {
  it('30, 7 and 1 days before, once each, though it has a certificate in each slot', async () => {
    const { tellAt, told, stage } = await issued();
    expect(stage.store.contents().certificates.length).toBeGreaterThan(1);
    expect(await tellAt(31)).toEqual([]);
    expect(await tellAt(30)).toEqual([30]);
    expect(await tellAt(29)).toEqual([]);
    expect(await tellAt(7)).toEqual([7]);
    expect(await tellAt(6.9)).toEqual([]);
    expect(await tellAt(1)).toEqual([1]);
    expect(await tellAt(0.5)).toEqual([]);
    expect(await tellAt(-1)).toEqual([]);
    expect(told.every(({ kind, expiresAt }) => kind === 'expires' && expiresAt !== null)).toBe(true);
  });

  it.each([
    ['the last notice alone, after two were missed', 0.5, [1]],
    ['the last notice, after the end', -3, [1]],
    ['the second notice, after one was missed', 5, [7]],
    ['nothing, a month after the end', -31, []],
  ])('%s', async (_what, days, expected) => {
    const { tellAt } = await issued();
    expect(await tellAt(days)).toEqual(expected);
    expect(await tellAt(days - 0.1)).toEqual([]);
  });

  it('nothing that was missed, if the clock is set back', async () => {
    const { tellAt } = await issued();
    expect(await tellAt(1)).toEqual([1]);
    expect(await tellAt(7)).toEqual([]);
    expect(await tellAt(30)).toEqual([]);
  });

  it('nothing while the device is suspended, and the notice that is then due once it is resumed', async () => {
    const { stage, tellAt, told, id } = await issued();
    await actOn(stage, OLGA, 'suspend', id);
    expect(await tellAt(29)).toEqual([]);
    await actOn(stage, OLGA, 'resume', id);
    expect(await tellAt(28)).toEqual([30]);
    expect(kindsOf(told)).toEqual(['expires']);
  });

  it('of the end of the new certificates only, after the old ones were replaced', async () => {
    const { stage, tellAt } = await issued();
    expect(await tellAt(30)).toEqual([30]);
    const { certificates } = stage.store.contents();
    const later = (at: Date): Date => new Date(at.getTime() + 365 * DAY);
    const renewed = (one: Certificate): Certificate[] => [
      { ...one, revocationReason: 'superseded', revokedAt: one.notAfter },
      { ...one, id: `${one.id}+`, serialNumber: `${one.serialNumber}+`, notAfter: later(one.notAfter) },
    ];
    await writeRows(stage.store, { certificates: certificates.flatMap(renewed) });
    expect(await tellAt(7)).toEqual([]);
    expect(await tellAt(30 - 365)).toEqual([30]);
  });

  it('not at the very issuance, if the certificates are valid for less than the days of a notice', async () => {
    const clock = new MovableClock();
    const told: DeviceNotice[] = [];
    const onNotice = toldBy((notice) => void told.push(notice));
    const stage = await ToyStage.issued({ policy: { certificateDays: 5 }, now: clock.now, onNotice });
    clock.at += DAY;
    await stage.cms.tellDueNotices();
    expect(kindsOf(told)).toEqual(['issued']);
    clock.at += 3.5 * DAY;
    await stage.cms.tellDueNotices();
    expect(told.map(({ days }) => days)).toEqual([null, 1]);
  });
});

it('a notice of a change is not told as news after a week', async () => {
  const { stage, clock, told, id } = await issued();
  await actOn(stage, OLGA, 'suspend', id);
  clock.at += 7 * DAY + 1;
  expect(await stage.cms.tellDueNotices()).toBe(0);
  expect(told).toEqual([]);
  expect(stage.store.contents().notices.map(({ outcome }) => outcome)).toEqual(['told', 'outdated']);
});

it('without a hook, nobody is told and nothing fails', async () => {
  const stage = await ToyStage.issued({});
  expect(await stage.cms.tellDueNotices()).toBe(0);
  expect(stage.store.contents().notices).toMatchObject([{ kind: 'issued', attempts: 0, outcome: null }]);
});

it('a time limit that lets two attempts overlap is refused', async () => {
  const { authority } = await engineParts();
  const store = await memoryStore();
  expect(() => createCms({ store, authority, origin: ORIGIN, noticeTimeout: 5 * 60_000 })).toThrow(
    'expected a noticeTimeout of at most 240000 ms',
  );
});
