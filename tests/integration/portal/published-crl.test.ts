import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { createDemoAccount } from '../../../portal/src/server/accounts/accounts.js';
import type { CrlRequest } from '@cardwright/cms/authority';
import { CrlPublisher, type CrlTimes } from '../../../portal/src/server/ca/published-crl.js';
import { revocationsIn } from '../../../portal/src/server/ca/revocations.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { certificates, devices, users } from '../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { collectPages } from '../../support/revocation-pages.js';

const LIFETIME = 60 * 60 * 1000;
const MINUTE = 60 * 1000;
/** Pause after a failure before the authority is called again. */
const PAUSE = 5000;
const ACCOUNT = { username: 'someone', password: 'long-enough', displayName: 'Someone', role: 'user' } as const;

let server: OwnDatabase;
let store: PortalDatabase;
let deviceId: string;
/** Requests to the authority for signatures. */
let requests: CrlRequest[];
/** Awaited by the authority before it answers. */
let beforeAnswer: () => Promise<void>;
let publisher: CrlPublisher;

beforeEach(async () => {
  server = await openDatabase();
  store = await openPortalDatabase(server);
  await createDemoAccount(store.db, ACCOUNT);
  const [owner] = await store.db.select().from(users);
  deviceId = randomUUID();
  const about = { model: 'piv', modelName: 'PIV card', proof: 'not-proved', managementKey: 'configured' } as const;
  const device = { id: deviceId, ownerId: owner?.id ?? '', guid: randomUUID(), state: 'active', ...about } as const;
  await store.db.insert(devices).values(device);
  requests = [];
  beforeAnswer = () => Promise.resolve();
  publisher = newPublisher({ lifetime: LIFETIME, interval: 0 });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await store.close();
  await server.stop();
});

function newPublisher(times: CrlTimes): CrlPublisher {
  /** Encodes the listed serial numbers instead of DER. */
  const signCrl = async (request: CrlRequest): Promise<Uint8Array> => {
    requests.push(request);
    const entries = await collectPages(request.revocations);
    await beforeAnswer();
    return Buffer.from(entries.map(({ serialNumber }) => serialNumber).join());
  };
  return new CrlPublisher(revocationsIn(store.db), { signCrl }, times);
}

const revoke = (serialNumber: string) =>
  store.db.insert(certificates).values({
    id: randomUUID(),
    deviceId,
    slot: '9A',
    serialNumber,
    subject: '',
    algorithm: '',
    der: '',
    proof: 'not-proved',
    notBefore: new Date(),
    notAfter: new Date(Date.now() + LIFETIME),
    revocationReason: 'superseded',
    revokedAt: new Date(),
  });
const listed = async (by = publisher) => Buffer.from((await by.current()).der).toString();

it('waits for the next CRL if a certificate was revoked while one is made, and shares that one too', async () => {
  let answer: () => void = () => undefined;
  let reached: () => void = () => undefined;
  const isReached = new Promise<void>((resolve) => (reached = resolve));
  beforeAnswer = () =>
    new Promise((resolve) => {
      answer = resolve;
      reached();
    });
  const first = listed();
  await isReached;
  await revoke('aa');
  const later = [listed(), listed(), listed()];
  // All of them wait for the one that is made.
  await store.db.select().from(users);
  beforeAnswer = () => Promise.resolve();
  answer();
  expect([await first, ...(await Promise.all(later))]).toEqual(['', 'aa', 'aa', 'aa']);
  expect(requests.map(({ number }) => number)).toEqual([1, 2]);
  expect(await listed()).toBe('aa');
  expect(requests).toHaveLength(2);
});

it('gives an error to everyone who waits if the authority does not answer, and calls it again later', async () => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  beforeAnswer = () => Promise.reject(new CardwrightError('CA_UNAVAILABLE'));
  const outcomes = await Promise.allSettled([listed(), listed()]);
  expect(outcomes).toMatchObject([{ reason: { code: 'CA_UNAVAILABLE' } }, { reason: { code: 'CA_UNAVAILABLE' } }]);
  expect(requests).toHaveLength(1);
  beforeAnswer = () => Promise.resolve();
  jest.spyOn(Date, 'now').mockReturnValue(Date.now() + PAUSE);
  expect(await listed()).toBe('');
});

it('is made by each of several portal processes separately, and each shows a revocation within the interval', async () => {
  const times = { lifetime: LIFETIME, interval: MINUTE };
  const [one, other] = [newPublisher(times), newPublisher(times)];
  const start = Date.now();
  const now = jest.spyOn(Date, 'now').mockReturnValue(start);
  expect(await listed(one)).toBe('');
  now.mockReturnValue(start + MINUTE / 2);
  expect(await listed(other)).toBe('');
  await revoke('aa');
  now.mockReturnValue(start + MINUTE);
  expect([await listed(one), await listed(other)]).toEqual(['aa', '']);
  now.mockReturnValue(start + (3 * MINUTE) / 2);
  expect([await listed(one), await listed(other)]).toEqual(['aa', 'aa']);
  expect(requests.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
});

it('is made again by a restarted portal, with all revocations until then', async () => {
  const times = { lifetime: LIFETIME, interval: MINUTE };
  await listed(newPublisher(times));
  await revoke('aa');
  expect(await listed(newPublisher(times))).toBe('aa');
  expect(requests.map(({ number }) => number)).toEqual([1, 2]);
});

it('has a new CRL signed once half of the life of the last one is over, and not before', async () => {
  const { thisUpdate, number } = await publisher.current();
  const now = jest.spyOn(Date, 'now');
  now.mockReturnValue(thisUpdate.getTime() + LIFETIME / 2 - 1);
  expect((await publisher.current()).number).toBe(number);
  now.mockReturnValue(thisUpdate.getTime() + LIFETIME / 2);
  expect((await publisher.current()).number).toBe(number + 1);
  expect(requests.map((request) => request.nextUpdate.getTime() - request.thisUpdate.getTime())).toEqual([
    LIFETIME,
    LIFETIME,
  ]);
});
