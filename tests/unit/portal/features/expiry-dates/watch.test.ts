import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { ExpiryDate } from '../../../../../portal/src/features/expiry-dates/expiry-dates.js';
import { expiryJob, type Claim } from '../../../../../portal/src/features/expiry-dates/watch.js';
import { DueWork } from '../../../../../portal/src/server/work/due-work.js';

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;

let now: number;
let dates: ExpiryDate[];
let lines: string[];
let watches: DueWork[];
/** The ends of the windows of the database that the processes share. */
let windows: Map<string, number>;

const claim: Claim = (what, window) => {
  if ((windows.get(what) ?? 0) > now) return Promise.resolve(false);
  windows.set(what, now + window);
  return Promise.resolve(true);
};

beforeEach(() => {
  now = Date.UTC(2026, 10, 30);
  lines = [];
  watches = [];
  windows = new Map();
  dates = [expiring('authority', 'expired')];
  jest.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
});
afterEach(async () => {
  jest.restoreAllMocks();
  for (const watch of watches) await watch.close();
});

const expiring = (kind: ExpiryDate['kind'], urgency: ExpiryDate['urgency']): ExpiryDate => ({
  kind,
  name: '"CA"',
  notBefore: new Date(0),
  notAfter: new Date(now),
  urgency,
});

/** Starts a process of the portal. */
async function start(): Promise<DueWork> {
  const job = expiryJob(
    () => Promise.resolve(dates),
    claim,
    () => now,
  );
  const watch = new DueWork(job);
  watches.push(watch);
  watch.start();
  await settled();
  return watch;
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Lets all processes look, as their timers do. */
async function look(): Promise<void> {
  for (const watch of watches) watch.nudge();
  await settled();
}

it('tells at the start, in one of two processes, that the authority has expired', async () => {
  await start();
  await start();
  expect(lines).toEqual([
    'The certification authority "CA" expired on 2026-11-30. Renew it: the embedded authority by “cardwright-portal authority renew”, any other where it is run. No certificate that it issues ends later than it does, and after its end none is issued.',
  ]);
});

it('tells it again once a day, in one of two processes', async () => {
  await start();
  await start();
  for (let hour = 0; hour < 49; hour += 1) {
    now += HOUR;
    await look();
  }
  expect(lines).toHaveLength(3);
});

it('tells it again at a later start', async () => {
  await start();
  now += 5 * MINUTE;
  await start();
  expect(lines).toHaveLength(2);
});

it('tells within an hour what expires later in the day', async () => {
  await start();
  dates = [...dates, expiring('vendor', 'soon')];
  now += 2 * MINUTE;
  await look();
  expect(lines).toHaveLength(1);
  now += HOUR;
  await look();
  expect(lines.slice(1)).toEqual([expect.stringContaining('authority'), expect.stringContaining('vendor')]);
});

it('tells nothing of what does not expire soon', async () => {
  dates = [expiring('authority', 'later')];
  await start();
  expect(lines).toEqual([]);
  expect(windows.size).toBe(0);
});
