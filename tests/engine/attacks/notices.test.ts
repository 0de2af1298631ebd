import { createCms, erase, type Cms, type DeviceNotice, type OnNotice } from '@cardwright/cms';
import type { Notice } from '@cardwright/cms/store';
import { describe, expect, it } from '@jest/globals';
import { actOn } from '../../support/engine/operator-action.js';
import { personOf } from '../../support/engine/people.js';
import { engineParts, ORIGIN } from '../support/engine-parts.js';
import { MovableClock, writeRows } from '../support/notice-stage.js';
import { ToyStage } from '../support/toy-stage.js';

const OLGA = personOf('olga');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const SECRET = 'Ada Adams, ada@example.com, smtp password hunter2';

/** Opens a stage whose hook the test can replace, with Ada's active device, of which she was told. */
async function issued() {
  const clock = new MovableClock();
  const hook: { current: OnNotice } = { current: () => Promise.resolve() };
  const { authority } = await engineParts();
  const onNotice: OnNotice = (notice, signal) => hook.current(notice, signal);
  const stage = await ToyStage.issued({ operations: [erase], now: clock.now, onNotice });
  await stage.cms.tellDueNotices();
  /** Starts another process of the same CMS, over the same store. */
  const another = (noticeTimeout = 10_000): Cms =>
    createCms({ store: stage.store, authority, origin: ORIGIN, now: clock.now, onNotice, noticeTimeout });
  const { certificates } = stage.store.contents();
  const end = Math.min(...certificates.map(({ notAfter }) => notAfter.getTime()));
  const id = stage.device?.id ?? '';
  const last = (): Notice | undefined => stage.store.contents().notices.at(-1);
  return { stage, clock, hook, another, end, id, last };
}

const noticeEvents = ({ store }: ToyStage) => store.contents().audit.filter(({ event }) => event.startsWith('notice.'));

describe('two processes', () => {
  it('that tell at the same time tell each notice once', async () => {
    const { stage, clock, hook, another, end, id } = await issued();
    await actOn(stage, OLGA, 'ask-back', id);
    clock.at = end - 30 * DAY;
    await actOn(stage, OLGA, 'ask-back', id);
    const told: DeviceNotice[] = [];
    hook.current = async (notice) => {
      told.push(notice);
      // The other process looks for work while this one is still telling.
      await stage.cms.tellDueNotices();
    };
    const counts = await Promise.all([another(), another(), another()].map((cms) => cms.tellDueNotices()));
    expect(told.map(({ kind }) => kind).sort()).toEqual(['asked-back', 'expires']);
    expect(counts.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(2);
    expect(noticeEvents(stage)).toHaveLength(3);
  });

  it('do not tell at once what a process had claimed that ended in the middle, but later', async () => {
    const { stage, clock, hook, another, id } = await issued();
    await actOn(stage, OLGA, 'suspend', id);
    const attempts: number[] = [];
    hook.current = ({ attempt }) => {
      attempts.push(attempt);
      return new Promise(() => undefined);
    };
    // This run never ends, as in a process that was killed.
    void another()
      .tellDueNotices()
      .catch(() => undefined);
    while (attempts.length === 0) await new Promise(setImmediate);
    hook.current = ({ attempt }) => Promise.resolve(void attempts.push(attempt));
    expect(await stage.cms.tellDueNotices()).toBe(0);
    clock.at += 5 * MINUTE;
    expect(await stage.cms.tellDueNotices()).toBe(1);
    expect(attempts).toEqual([1, 2]);
  });
});

describe('a hook that', () => {
  it('ends its process each time is called five times in all, and then never', async () => {
    const { stage, clock, hook, another, id, last } = await issued();
    await actOn(stage, OLGA, 'suspend', id);
    const attempts: number[] = [];
    hook.current = ({ attempt }) => {
      attempts.push(attempt);
      return new Promise(() => undefined);
    };
    for (let hours = 0; hours < 48; hours += 1) {
      // A run that called the hook never ends, as in a process that was killed.
      const before = attempts.length;
      const run = { isOver: false };
      void another()
        .tellDueNotices()
        .finally(() => (run.isOver = true))
        .catch(() => undefined);
      while (!run.isOver && attempts.length === before) await new Promise(setImmediate);
      clock.at += 60 * MINUTE;
    }
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
    expect(last()).toMatchObject({ outcome: 'given-up', attempts: 5, dueAt: null });
  });

  it('throws is called again later, five times in all, and then never', async () => {
    const { stage, clock, hook, id, last } = await issued();
    await actOn(stage, OLGA, 'suspend', id);
    const attempts: number[] = [];
    hook.current = ({ attempt }) => {
      attempts.push(attempt);
      throw new Error(SECRET);
    };
    for (let minutes = 0; minutes < 24 * 60; minutes += 3) {
      await stage.cms.tellDueNotices().catch(() => undefined);
      clock.at += 3 * MINUTE;
    }
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
    expect(last()).toMatchObject({ outcome: 'given-up', attempts: 5, dueAt: null });
    const detail = { notice: last()?.id, kind: 'suspended', days: null, attempts: 5, why: 'failed' };
    expect(noticeEvents(stage).at(-1)).toMatchObject({ event: 'notice.failed', outcome: 'failed', detail });
    expect(JSON.stringify(stage.store.contents())).not.toContain('hunter2');
  });

  it('throws keeps no other notice from its owner, and the caller gets its error', async () => {
    const { stage, hook, id } = await issued();
    await actOn(stage, OLGA, 'suspend', id);
    await actOn(stage, OLGA, 'terminate', id);
    const told: string[] = [];
    hook.current = ({ kind }) => {
      if (kind === 'suspended') return Promise.reject(new TypeError(SECRET));
      return Promise.resolve(void told.push(kind));
    };
    await expect(stage.cms.tellDueNotices()).rejects.toBeInstanceOf(TypeError);
    expect(told).toEqual(['terminated']);
  });

  it('throws once tells the owner at the second attempt', async () => {
    const { stage, clock, hook, id, last } = await issued();
    await actOn(stage, OLGA, 'suspend', id);
    hook.current = () => Promise.reject(new Error('the mail server is away'));
    await expect(stage.cms.tellDueNotices()).rejects.toThrow('the mail server is away');
    hook.current = () => Promise.resolve();
    expect(await stage.cms.tellDueNotices()).toBe(0);
    clock.at += 5 * MINUTE;
    expect(await stage.cms.tellDueNotices()).toBe(1);
    expect(last()).toMatchObject({ outcome: 'told', attempts: 2 });
  });

  it('hangs is told to stop, ends the run, and holds up neither the CMS nor the next run', async () => {
    const { stage, clock, hook, another, id } = await issued();
    await actOn(stage, OLGA, 'suspend', id);
    await actOn(stage, OLGA, 'terminate', id);
    const asked: string[] = [];
    let stopped = false;
    hook.current = ({ kind }, signal) => {
      asked.push(kind);
      signal.addEventListener('abort', () => (stopped = true));
      return new Promise(() => undefined);
    };
    await expect(another(20).tellDueNotices()).rejects.toThrow('a notice was not taken in time');
    expect(stopped).toBe(true);
    hook.current = ({ kind }) => Promise.resolve(void asked.push(kind));
    expect(await stage.cms.tellDueNotices()).toBe(1);
    clock.at += 5 * MINUTE;
    expect(await stage.cms.tellDueNotices()).toBe(1);
    expect(asked).toEqual(['suspended', 'terminated', 'suspended']);
  });

  it('succeeds after its time was over does not undo what another process has told since', async () => {
    const { stage, clock, hook, another, id, last } = await issued();
    await actOn(stage, OLGA, 'suspend', id);
    const begun: (() => void)[] = [];
    hook.current = () => new Promise((resolve) => void begun.push(resolve));
    const late = another().tellDueNotices();
    while (begun.length === 0) await new Promise(setImmediate);
    clock.at += 5 * MINUTE;
    hook.current = () => Promise.reject(new Error('away'));
    await expect(stage.cms.tellDueNotices()).rejects.toThrow('away');
    begun[0]?.();
    await late;
    expect(last()).toMatchObject({ attempts: 2, outcome: null });
  });

  it('calls the CMS finds no transaction in its way', async () => {
    const { stage, hook, id } = await issued();
    await actOn(stage, OLGA, 'suspend', id);
    hook.current = async () => {
      await actOn(stage, OLGA, 'resume', id);
    };
    expect(await stage.cms.tellDueNotices()).toBe(1);
    expect(stage.device?.state).toBe('active');
  });
});

describe('a device that changes hands in between', () => {
  it('tells what happened to the owner of that time, and its expiry to nobody', async () => {
    const { stage, clock, hook, end, id } = await issued();
    clock.at = end - 7 * DAY;
    hook.current = () => Promise.reject(new Error('away'));
    await expect(stage.cms.tellDueNotices()).rejects.toThrow('away');
    await actOn(stage, OLGA, 'suspend', id);
    await actOn(stage, OLGA, 'resume', id);
    const { device } = stage;
    if (!device) throw new Error('there is a device');
    await writeRows(stage.store, { devices: [{ ...device, ownerId: 'bob' }] });
    const told: DeviceNotice[] = [];
    hook.current = (notice) => Promise.resolve(void told.push(notice));
    clock.at += 5 * MINUTE;
    await stage.cms.tellDueNotices();
    expect(told.map(({ kind, ownerId }) => [kind, ownerId])).toEqual([['suspended', 'ada']]);
    expect(stage.store.contents().notices.map(({ kind, outcome }) => [kind, outcome])).toContainEqual([
      'expires',
      'outdated',
    ]);
  });

  it('tells no expiry of certificates that were replaced after the notice was made', async () => {
    const { stage, clock, hook, end } = await issued();
    clock.at = end - DAY;
    hook.current = () => Promise.reject(new Error('away'));
    await expect(stage.cms.tellDueNotices()).rejects.toThrow('away');
    const { certificates } = stage.store.contents();
    const revokedAt = clock.now();
    await writeRows(stage.store, {
      certificates: certificates.map((one) => ({ ...one, revocationReason: 'superseded' as const, revokedAt })),
    });
    const told: DeviceNotice[] = [];
    hook.current = (notice) => Promise.resolve(void told.push(notice));
    clock.at += 5 * MINUTE;
    expect(await stage.cms.tellDueNotices()).toBe(0);
    expect(told).toEqual([]);
  });
});
