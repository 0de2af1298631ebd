import type { Changes } from '@cardwright/cms/store';
import { findIdOf } from '../accounts/local-accounts.js';
import { noteFactorTaken } from '../accounts/power-acts.js';
import { hasFactor } from '../accounts/sign-in-passkeys.js';
import { OVER } from '../store/device-list.js';
import { writeChanges, type WriteChanges } from '../store/write-changes.js';

/**
 * Returns what writes changes, and notes in the same transaction who has ended the last device that counted as someone's second factor: after that, the
 * password alone could register a passkey. What is refused is not noted, and nobody acts as the owner in between.
 *
 * @param service name of the portal's own passkey service; null if there is none
 */
export const notingLostFactors =
  (service: string | null): WriteChanges =>
  async (db, changes) => {
    const had: Ended[] = [];
    for (const one of endedIn(changes)) if (await hasFactor(db, one.ownerId, service)) had.push(one);
    await writeChanges(db, changes);
    for (const { ownerId, actor } of had) {
      if (await hasFactor(db, ownerId, service)) continue;
      const id = await findIdOf(db, actor);
      if (id !== undefined) await noteFactorTaken(db, ownerId, { id, username: actor });
    }
  };

/** Someone whose device is over, and who has ended it: a user name, or `portal` for what it does by itself. */
interface Ended {
  readonly ownerId: string;
  readonly actor: string;
}

const endedIn = ({ devices, audit }: Changes): Ended[] =>
  devices
    .filter(({ state }) => OVER.some((one) => one === state))
    .flatMap(({ id, ownerId }) =>
      audit
        .filter(({ event, deviceId }) => event === 'device.state-changed' && deviceId === id)
        .map(({ actor }) => ({ ownerId, actor })),
    );
