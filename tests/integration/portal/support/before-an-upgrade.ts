import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Portal } from '@cardwright/portal';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import { makeOldDatabase } from './old-database.js';
import { Browser, listDevices, TEST_VENDOR, type TestPortal } from './test-portal.js';

/** The data of a portal that was stopped in the middle of an issuance, and the expected outcome at the next one. */
export interface LeftBehind {
  /** Folder of the database, as the older portal had it. */
  readonly folder: string;
  /** Logs in at the next portal, whose devices are unchanged. */
  logInAgain(next: Portal): Promise<Browser>;
  /** Continues the running issuance there, to its end. */
  continueIssuance(browser: Browser): Promise<void>;
}

/**
 * Issues one device and half another one, stops the portal, and converts its database to an older version.
 *
 * @param before the migration that such a database lacks, as `makeOldDatabase` takes it
 */
export async function leaveHalfIssued(
  portal: TestPortal,
  serials: readonly [half: string, done: string],
  before: Parameters<typeof makeOldDatabase>[2],
): Promise<LeftBehind> {
  const [half, done] = serials.map((serial) => new TestCard('yubikey', serial, TEST_VENDOR));
  if (!half || !done) throw new Error('two cards are needed');
  const browser = await Browser.login(portal, 'alice');
  expect(await browser.relay(await browser.openHost(done))).toMatchObject({ deviceState: 'active' });
  const host = await browser.openHost(half);
  const { operation } = await browser.relay(host, ({ phase }) => phase.name === 'certificates');
  const { devices } = await listDevices(browser);
  await portal.close();
  const folder = join(portal.folder, 'old-database');
  await makeOldDatabase(join(portal.folder, 'database'), folder, before, '');
  return {
    folder,
    async logInAgain(next) {
      const later = await Browser.login(next, 'alice');
      expect((await listDevices(later)).devices).toEqual(devices);
      return later;
    },
    async continueIssuance(later) {
      expect(await later.relay(await later.openHost(half))).toMatchObject({
        operation,
        state: 'done',
        deviceState: 'active',
      });
    },
  };
}
