import { describe, expect, it } from '@jest/globals';
import { memoryStore } from '@cardwright/cms';
import { ACTION_NAMES, DEVICE_STATES, OPERATOR_ACTIONS, mayFollow, type DeviceState } from '@cardwright/cms/devices';
import { inTransaction } from '@cardwright/cms/store';
import { newDevice } from '../../integration/store/rows.js';

const STATES = Object.keys(DEVICE_STATES) as DeviceState[];

describe('the states of a device', () => {
  it('lead from a blank card to an active one only via producing and pending', () => {
    expect(mayFollow('available', 'producing')).toBe(true);
    expect(mayFollow('producing', 'pending')).toBe(true);
    expect(mayFollow('pending', 'active')).toBe(true);
    for (const early of ['available', 'producing', 'failed'] as const) expect(mayFollow(early, 'active')).toBe(false);
  });

  it('end at terminated, which all but an available device can reach; only a release follows', () => {
    expect(DEVICE_STATES.terminated.next).toEqual(['available']);
    for (const state of STATES.filter((each) => each !== 'terminated' && each !== 'available'))
      expect(mayFollow(state, 'terminated')).toBe(true);
  });

  it('leave certificates usable only while the device is active', () => {
    const good = STATES.filter((state) => DEVICE_STATES[state].standing === null);
    expect(good).toEqual(['active']);
    for (const state of ['producing', 'pending', 'awaiting-approval', 'suspended'] as const)
      expect(DEVICE_STATES[state].standing).toBe('certificateHold');
    for (const state of ['available', 'failed', 'terminated'] as const)
      expect(DEVICE_STATES[state].standing).toBe('cessationOfOperation');
  });

  it('let an incomplete device be given back, a terminated one be released, and no other', () => {
    expect(STATES.filter((state) => mayFollow(state, 'available'))).toEqual([
      'producing',
      'pending',
      'failed',
      'terminated',
    ]);
  });

  it('count every device with possible keys towards the limit', () => {
    expect(STATES.filter((state) => !DEVICE_STATES[state].counts)).toEqual(['available', 'terminated']);
  });

  it('let a waiting device become active or fail, and return to waiting after a suspension', () => {
    expect(DEVICE_STATES['awaiting-approval'].next).toEqual(['active', 'failed', 'suspended', 'terminated']);
    expect(mayFollow('suspended', 'awaiting-approval')).toBe(true);
  });

  it('let a failed or pending device be produced again, and a suspended one return to its former state', () => {
    expect(mayFollow('failed', 'producing')).toBe(true);
    expect(mayFollow('pending', 'producing')).toBe(true);
    expect(mayFollow('suspended', 'pending')).toBe(true);
    expect(mayFollow('suspended', 'active')).toBe(true);
    expect(mayFollow('suspended', 'producing')).toBe(false);
  });
});

it.each(ACTION_NAMES)('offers %s only in states that allow it', (name) => {
  const { from, to } = OPERATOR_ACTIONS[name];
  if (to !== null && to !== 'before-suspension') expect(from.filter((state) => !mayFollow(state, to))).toEqual([]);
});

describe('the record of a device', () => {
  const steps = STATES.flatMap((from) => STATES.map((to) => ({ from, to })));

  it.each(steps.filter(({ from, to }) => !mayFollow(from, to)))(
    'never goes from $from to $to',
    async ({ from, to }) => {
      const store = await memoryStore();
      const device = newDevice('ada', { state: from });
      await store.transaction((transaction) => transaction.insertDevice(device));
      const change = inTransaction({ store, now: () => new Date() }, async (records) =>
        (await records.openDevice(device.id))?.changeState(to, 'someone', null),
      );
      await expect(change).rejects.toMatchObject({ code: 'DEVICE_STATE', data: { state: from } });
      expect(store.contents().devices.map(({ state }) => state)).toEqual([from]);
    },
  );
});
