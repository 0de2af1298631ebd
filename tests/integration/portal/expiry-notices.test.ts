import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startPortal, until } from '@cardwright/stage';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { certificates, devices, notices } from '../../../portal/src/server/store/schema.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { thoroughIt } from '../../support/thorough.js';
import { ACCOUNTS, Browser, startTestPortal, TEST_VENDOR } from './support/test-portal.js';

/**
 * The clock of two real processes jumps over the days on which the owner of a device has to be told that its certificates end. libfaketime moves
 * the clock of each process, but not its timers.
 */

const LIBFAKETIME = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
  .map((architecture) => `/usr/lib/${architecture}/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));
const ORIGIN = 'https://cms.example.com';
const DAY = 24 * 60 * 60 * 1000;

/** A device on a database of its own. */
interface IssuedDevice {
  readonly server: OwnDatabase;
  readonly store: PortalDatabase;
  /** Key ring of the portal that issued the device. */
  readonly keys: string;
  readonly id: string;
  readonly ownerId: string;
  /** The first end of its certificates. */
  readonly end: Date;
}

let issued: IssuedDevice;

beforeEach(async () => {
  const server = await openDatabase({ accounts: ACCOUNTS });
  const portal = await startTestPortal({ DATABASE_URL: server.url, CARDWRIGHT_ORIGIN: ORIGIN });
  try {
    const alice = await Browser.login(portal, 'alice');
    await alice.relay(await alice.openHost(new TestCard('yubikey', '73000001', TEST_VENDOR)));
    const keys = await readFile(join(portal.folder, 'keys.json'), 'utf8');
    const store = await openPortalDatabase(server);
    const [device] = await store.db.select().from(devices);
    const ends = (await store.db.select().from(certificates)).map(({ notAfter }) => notAfter.getTime());
    if (device?.ownerId == null) throw new Error('no device was issued');
    issued = { server, store, keys, id: device.id, ownerId: device.ownerId, end: new Date(Math.min(...ends)) };
  } finally {
    await portal.remove();
  }
});
afterEach(async () => {
  await issued.store.close();
  await issued.server.stop();
});

/** Returns the outcomes of the notices of the expiry, by days. */
async function outcomes(): Promise<Record<number, string | null>> {
  const rows = await issued.store.db.select().from(notices);
  return Object.fromEntries(rows.flatMap(({ days, outcome }) => (days === null ? [] : [[days, outcome]])));
}

/**
 * Starts two processes at once whose clocks are so many days before the end of the certificates. Waits until they have told the notice for
 * `expected` days, and returns all that they have told.
 */
async function tellAt(days: number, expected: number): Promise<string[]> {
  const { server, keys, end } = issued;
  const told: string[] = [];
  const options = {
    env: {
      DATABASE_URL: server.url,
      CARDWRIGHT_ORIGIN: ORIGIN,
      CARDWRIGHT_KEYS: keys,
      LD_PRELOAD: LIBFAKETIME,
      FAKETIME: `+${Math.round((end.getTime() - days * DAY - Date.now()) / 1000)}`,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    onLine: (line: string) => {
      const [notice] = /Notice to .*$/.exec(line) ?? [];
      if (notice !== undefined) told.push(notice);
    },
  };
  const portals = await Promise.all([startPortal(options), startPortal(options)]);
  try {
    await until(async () => (await outcomes())[expected] === 'told', { what: `the notice for ${expected} days` });
  } finally {
    for (const portal of portals) await portal.stop();
  }
  return told;
}

const expiry = (): string =>
  `Notice to ${issued.ownerId}: device ${issued.id} expires on ${issued.end.toISOString().slice(0, 10)}.`;

thoroughIt(
  'tells the owner once for each of 30, 7 and 1 days, though two processes look at the same time',
  async () => {
    for (const days of [30, 7, 1]) expect([days, await tellAt(days - 0.1, days)]).toEqual([days, [expiry()]]);
    expect(await outcomes()).toEqual({ 30: 'told', 7: 'told', 1: 'told' });
  },
);

it('tells the owner once, and only the last of the notices, after the clock has jumped over the end', async () => {
  expect(await tellAt(-3, 1)).toEqual([expiry()]);
  expect(await outcomes()).toEqual({ 30: 'passed', 7: 'passed', 1: 'told' });
});
