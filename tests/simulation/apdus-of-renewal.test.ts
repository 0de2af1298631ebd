import { afterAll, expect, it } from '@jest/globals';
import { StartingPoints } from './support/starting-points.js';

/** The most APDUs of a renewal with new keys in all four slots, from `device.open` to its end. */
const MOST_APDUS = { yubikey: 60, 'yubikey-5.4': 39, piv: 30 } as const;

const points = new StartingPoints();
afterAll(() => points.close());

it.each(['yubikey', 'yubikey-5.4', 'piv'] as const)(
  'a renewal with new keys on a %s takes few APDUs',
  async (profile) => {
    const workplace = await (await points.of({ operation: 'renew-keys', profile })).open();
    await expect(workplace.session('renew')).resolves.toMatchObject({ kind: 'answered', answer: { state: 'done' } });
    expect(workplace.apdusOfOperation).toBeLessThanOrEqual(MOST_APDUS[profile]);
  },
);
