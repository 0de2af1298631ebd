import { memoryStore } from '@cardwright/cms';
import { PHONE } from '@cardwright/cms/devices';
import { Records, type Transaction } from '@cardwright/cms/store';
import { expect, it } from '@jest/globals';
import { makeRoom } from '../../../../portal/src/server/mobile/enrolments/phone-identity.js';
import type { User } from '../../../../portal/src/server/store/schema.js';
import { newDevice } from '../../../integration/store/rows.js';

const UDID = '00008140-001A2B3C4D5E6F70';
const BOB: User = {
  id: 'bob',
  username: 'bob',
  displayName: 'Bob',
  email: null,
  upn: null,
  upnKey: null,
  sid: null,
  sidKey: null,
  language: null,
  passwordHash: '',
  passwordChangedAt: null,
  isDemo: false,
  disabledAt: null,
  leftAt: null,
  leftBecause: null,
  devicesSuspendedAt: null,
  devicesTerminatedAt: null,
  secondFactorReset: null,
  deletedAt: null,
  createdAt: new Date(0),
};

/** Has another person's transaction commit just before the nth look at a phone's identity. */
const meanwhile = (transaction: Transaction, look: number, commit: () => Promise<unknown>): Transaction => {
  let looks = 0;
  return new Proxy(transaction, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...values: readonly unknown[]): Promise<unknown> => {
        if (name === 'findByIdentity' && ++looks === look) await commit();
        return Reflect.apply(member, target, values);
      };
    },
  });
};

it.each([1, 2, 3])('ends no device that another person has confirmed, whenever that is: look %i', async (look) => {
  const store = await memoryStore();
  await store.transaction(async (transaction) => {
    const other = newDevice('alice', { model: PHONE, identity: `apple:${UDID}`, state: 'producing' });
    const racing = meanwhile(transaction, look, () => transaction.insertDevice(other));
    const records = new Records(racing, new Date());
    const problem = await makeRoom({ records }, BOB, { udid: UDID }, []);
    await records.write();
    // The other device is found, or comes too late: the new device then cannot be added beside it.
    if (look <= 2) expect(problem).toMatchObject({ code: 'PHONE_OF_ANOTHER' });
    expect((await transaction.openDevice(other.id))?.device.state ?? 'producing').toBe('producing');
  });
});
