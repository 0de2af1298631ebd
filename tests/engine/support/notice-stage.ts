import type { DeviceNotice, MemoryStore, OnNotice } from '@cardwright/cms';
import type { Changes } from '@cardwright/cms/store';

/** A clock that the test moves. */
export class MovableClock {
  /** Milliseconds since 1970. */
  at = Date.now();
  readonly now = (): Date => new Date(this.at);
}

/** Makes an `OnNotice` of a function that takes notices, or throws. */
export const toldBy =
  (take: (notice: DeviceNotice) => void): OnNotice =>
  (notice) => {
    take(notice);
    return Promise.resolve();
  };

/** Writes rows behind the back of the CMS. */
export const writeRows = (store: MemoryStore, changes: Partial<Changes>): Promise<void> => {
  const none = { operations: [], devices: [], escrows: [], certificates: [], passkeys: [], notices: [], work: [] };
  return store.transaction((transaction) => transaction.write({ ...none, audit: [], events: [], ...changes }));
};
