import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { record } from '../../../portal/src/server/audit.js';
import { setGroups } from '../../../portal/src/server/accounts/roles.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { isWithin, reachesEntry } from '../../../portal/src/server/store/reach.js';
import { audit, operations, users } from '../../../portal/src/server/store/schema.js';
import { newDevice } from '../portal/support/operators-portal.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';

/** What a right over the group Sales reaches in the database. Ada is a member, Eve is not. */

const SALES = ['Sales'];

let server: OwnDatabase;
let store: PortalDatabase;
const ids = new Map<string, string>();

beforeAll(async () => {
  server = await openDatabase();
  store = await openPortalDatabase({ url: server.url });
  for (const username of ['ada', 'eve']) {
    const id = randomUUID();
    ids.set(username, id);
    await store.db.insert(users).values({ id, username, displayName: username, passwordHash: null });
    ids.set(`device of ${username}`, await newDevice(store, 'active', {}, username));
  }
  await setGroups(store.db, idOf('ada'), ['Sales']);
});
afterAll(async () => {
  await store.close();
  await server.stop();
});

function idOf(name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`nothing is called ${name}`);
  return id;
}

describe('a right over a group reaches of the audit log', () => {
  /** Records an entry, and returns true if the right reaches it. */
  async function isReached(about: { readonly actor: string; readonly person?: string; readonly device?: string }) {
    const { actor, person, device } = about;
    const event = 'operation.started';
    const requestId = randomUUID();
    await record(store.db, {
      actor,
      event,
      personId: person === undefined ? null : idOf(person),
      deviceId: device === undefined ? null : idOf(`device of ${device}`),
      detail: { requestId },
    });
    const rows = await store.db.select({ detail: audit.detail }).from(audit).where(reachesEntry(store.db, SALES));
    return rows.some(({ detail }) => detail.requestId === requestId);
  }

  it.each([
    ['what a member did to nobody', { actor: 'ada' }, true],
    ['what a member did to a member', { actor: 'ada', person: 'ada' }, true],
    ['what an outsider did to a member', { actor: 'eve', person: 'ada' }, true],
    ['what an outsider did to the device of a member', { actor: 'eve', device: 'ada' }, true],
    ['nothing that a member did to an outsider', { actor: 'ada', person: 'eve' }, false],
    ['nothing that a member did to the device of an outsider', { actor: 'ada', device: 'eve' }, false],
    ['nothing that an outsider did to nobody', { actor: 'eve' }, false],
  ])('%s', async (_what, about, isExpected) => {
    expect(await isReached(about)).toBe(isExpected);
  });
});

describe('a right over a group reaches an operation', () => {
  async function isOperationReached(user: string, device: string | null): Promise<boolean> {
    const id = randomUUID();
    await store.db.insert(operations).values({
      id,
      kind: 'issue',
      userId: idOf(user),
      deviceId: device && idOf(`device of ${device}`),
      guid: randomUUID(),
      status: 'running',
      stepNumber: 1,
      session: 'session',
      state: {},
      stepMethods: [],
    });
    return isWithin(store.db, 'operations', id, SALES);
  }

  it.each([
    ['that a member started', 'ada', null, true],
    ['that was started on the device of a member, whoever did that', 'eve', 'ada', true],
    ['but none that an outsider started', 'eve', null, false],
    ['but none of an outsider on an own device', 'eve', 'eve', false],
  ])('%s', async (_what, user, device, isExpected) => {
    expect(await isOperationReached(user, device)).toBe(isExpected);
  });
});
