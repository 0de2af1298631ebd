import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { createAccount } from '../../../portal/src/server/accounts/accounts.js';
import type { CrlRequest } from '@cardwright/cms';
import { CrlPublisher } from '../../../portal/src/server/ca/published-crl.js';
import { openStore, type Store } from '../../../portal/src/server/store/database.js';
import { certificates, devices, users } from '../../../portal/src/server/store/schema.js';
import { collectPages } from '../../support/revocation-pages.js';

const LIFETIME = 60 * 60 * 1000;
const ACCOUNT = { username: 'somebody', password: 'long-enough', displayName: 'Somebody', role: 'user' } as const;

let store: Store;
let deviceId: string;
/** What the authority was asked to sign. */
let requests: CrlRequest[];
/** What it waits for before it answers. */
let beforeAnswer: () => Promise<void>;
let publisher: CrlPublisher;

beforeEach(async () => {
  store = await openStore({ folder: 'memory://' });
  await createAccount(store.db, ACCOUNT);
  const [owner] = await store.db.select().from(users);
  deviceId = randomUUID();
  const about = { model: 'piv', modelName: 'PIV card', proof: 'not-proved', managementKey: 'configured' } as const;
  const device = { id: deviceId, ownerId: owner?.id ?? '', guid: randomUUID(), state: 'active', ...about } as const;
  await store.db.insert(devices).values(device);
  requests = [];
  beforeAnswer = () => Promise.resolve();
  const authority = {
    certificate: new Uint8Array(1),
    issue: () => Promise.reject(new Error('nothing is issued here')),
    /** Not DER, but the serial numbers that it lists. */
    signCrl: async (request: CrlRequest) => {
      requests.push(request);
      const listed = await collectPages(request.revocations);
      await beforeAnswer();
      return Buffer.from(listed.map(({ serialNumber }) => serialNumber).join());
    },
  };
  publisher = new CrlPublisher(store.db, authority, LIFETIME);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await store.close();
});

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
const listed = async () => Buffer.from((await publisher.current()).der).toString();

it('waits for the next CRL when a certificate was revoked while one is made, and shares that one too', async () => {
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
  // All of them have asked the database, which answers in order.
  await store.db.select().from(users);
  beforeAnswer = () => Promise.resolve();
  answer();
  expect([await first, ...(await Promise.all(later))]).toEqual(['', 'aa', 'aa', 'aa']);
  expect(requests.map(({ number }) => number)).toEqual([1, 2]);
  expect(await listed()).toBe('aa');
  expect(requests).toHaveLength(2);
});

it('tells everyone who waits when the authority does not answer, and asks it again for the next', async () => {
  beforeAnswer = () => Promise.reject(new CardwrightError('CA_UNAVAILABLE'));
  const outcomes = await Promise.allSettled([listed(), listed()]);
  expect(outcomes).toMatchObject([{ reason: { code: 'CA_UNAVAILABLE' } }, { reason: { code: 'CA_UNAVAILABLE' } }]);
  expect(requests).toHaveLength(1);
  beforeAnswer = () => Promise.resolve();
  expect(await listed()).toBe('');
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
