import {
  OPERATOR_ACTIONS,
  ownerLeft,
  reportActions,
  STATES,
  stoppedByLeaving,
  type LeaverMeasure,
} from '@cardwright/cms/devices';
import { inTransaction, type Device } from '@cardwright/cms/store';
import { describe, expect, it } from '@jest/globals';
import { memoryStore } from '@cardwright/cms';
import { newDevice } from '../../integration/store/rows.js';

/** Does to a device in a store of its own what a measure does, and returns the device and what the log says. */
async function after(measure: LeaverMeasure, changes: Partial<Device>) {
  const store = await memoryStore();
  const device = newDevice('ada', changes);
  await store.transaction((transaction) => transaction.insertDevice(device));
  const run = () =>
    inTransaction({ store, now: () => new Date() }, async (records) => ({
      hasChanged: await ownerLeft(records, device.id, measure, 'portal'),
      row: (await records.openDevice(device.id))?.row,
    }));
  const first = await run();
  return { ...first, again: await run() };
}

describe('a device whose owner left', () => {
  it.each(STATES)('in the state %s is suspended where an operator could suspend it', async (state) => {
    const canSuspend = (OPERATOR_ACTIONS.suspend.from as readonly string[]).includes(state);
    const { row, hasChanged, again } = await after('suspend', { state });
    expect([hasChanged, row?.state]).toEqual([canSuspend, canSuspend ? 'suspended' : state]);
    expect(row && stoppedByLeaving(row)).toBe(canSuspend);
    expect(again.hasChanged).toBe(false);
  });

  it.each([
    ['producing', 'terminated'],
    ['failed', 'terminated'],
    ['suspended', 'terminated'],
    // An operator has released these since.
    ['pending', 'pending'],
    ['awaiting-approval', 'awaiting-approval'],
    ['active', 'active'],
    ['available', 'available'],
  ] as const)('in the state %s is %s when its time is over', async (state, then) => {
    expect((await after('terminate', { state })).row?.state).toBe(then);
  });

  it('was suspended by its owner’s report, and is not taken back by its owner afterwards', async () => {
    const reported = {
      state: 'suspended',
      stateBeforeSuspension: 'active',
      stateReason: 'reported lost by its owner',
      incident: 'lost',
      replacementAskedAt: new Date(),
    } as const;
    expect(reportActions(newDevice('ada', reported))).toMatchObject({ takeBack: true, replace: true });
    const { row } = await after('suspend', reported);
    expect(row).toMatchObject({ state: 'suspended', incident: 'lost', replacementAskedAt: null });
    expect(row && reportActions(row)).toMatchObject({ takeBack: false, replace: false });
    expect(row && stoppedByLeaving(row)).toBe(true);
  });

  it('stays as an operator suspended it', async () => {
    const stateReason = 'suspended by an operator: Not a card of ours.';
    const { row, hasChanged } = await after('suspend', {
      state: 'suspended',
      stateBeforeSuspension: 'active',
      stateReason,
    });
    expect([hasChanged, row?.stateReason]).toEqual([false, stateReason]);
  });
});
