import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import * as v from 'valibot';
import type { PortalDatabase } from '../../../portal/src/server/store/database.js';
import { countByRoot } from '../../../portal/src/server/store/devices-by-root.js';
import { act } from './support/operator.js';
import { newDevice, openOperatorsPortal, rowOf, type OperatorsPortal } from './support/operators-portal.js';
import type { Browser } from './support/test-portal.js';

/** Names of devices, and the page of a person, over HTTP and PostgreSQL. */

let operators: OperatorsPortal;
let store: PortalDatabase;
let alice: Browser;
let olga: Browser;
let otto: Browser;

beforeAll(async () => {
  operators = await openOperatorsPortal();
  ({ store, alice, olga, otto } = operators);
});
afterAll(() => operators.remove());

const shownDevice = v.looseObject({ device: v.looseObject({ version: v.string() }) });

const rename = (browser: Browser, id: string, name: string | null) =>
  browser.send('PUT', `/api/devices/${id}/name`, { name });

describe('the name of a device', () => {
  it('is read by its owner and by operators, and leaves the version alone', async () => {
    const id = await newDevice(store, 'active', {}, 'alice');
    const versionOf = async () =>
      validate(shownDevice, (await otto.get(`/api/operator/devices/${id}`)).body).device.version;
    const before = await versionOf();
    const { updatedAt } = await rowOf(store, id);
    expect(await rename(alice, id, ' Blue badge ')).toMatchObject({ status: 200, body: { name: 'Blue badge' } });
    expect((await alice.get('/api/devices')).body).toMatchObject({
      devices: expect.arrayContaining([expect.objectContaining({ id, name: 'Blue badge' })]),
    });
    expect(await versionOf()).toBe(before);
    expect((await otto.get(`/api/operator/devices/${id}`)).body).toMatchObject({ device: { name: 'Blue badge' } });
    expect((await rowOf(store, id)).updatedAt).toEqual(updatedAt);
  });

  it('is given by nobody else, operators included', async () => {
    const id = await newDevice(store, 'active', {}, 'alice');
    for (const browser of [olga, otto])
      expect(await rename(browser, id, 'Mine')).toMatchObject({ code: 'DEVICE_STATE' });
    expect((await rowOf(store, id)).name).toBeNull();
  });
});

describe('the page of a person', () => {
  it('has all devices of that person, with what this operator can do', async () => {
    const active = await newDevice(store, 'active', {}, 'olga');
    const waiting = await newDevice(store, 'awaiting-approval', {}, 'olga');
    const over = await newDevice(store, 'active', {}, 'olga');
    await act(otto, over, 'terminate', 'Lost on the train.');
    const { ownerId } = await rowOf(store, active);
    const shown = (actions: readonly string[]) =>
      expect.objectContaining({ actions: actions.map((name) => expect.objectContaining({ name })) });
    const path = `/api/operator/people/${ownerId}`;
    const seen = await otto.get(path);
    expect(seen).toMatchObject({ status: 200, body: { person: { username: 'olga' }, hasMore: false } });
    expect(seen.body).toMatchObject({
      devices: expect.arrayContaining([shown(['approve', 'decline', 'suspend', 'terminate'])]),
      over: [{ id: over, said: 'Lost on the train.', state: 'terminated' }],
    });
    expect((await olga.get(path)).body).not.toMatchObject({
      devices: expect.arrayContaining([shown(['approve', 'decline', 'suspend', 'terminate'])]),
    });
    expect((await rowOf(store, waiting)).state).toBe('awaiting-approval');
  });

  it('is for operators, and of nobody under an unknown id', async () => {
    expect(await alice.get(`/api/operator/people/${randomUUID()}`)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await otto.get(`/api/operator/people/${randomUUID()}`)).toMatchObject({ code: 'INVALID_PARAMS' });
    expect(await otto.get('/api/operator/people/olga')).toMatchObject({ code: 'INVALID_PARAMS' });
  });
});

it('counts the devices in use that rely on a root, by the key of the root', async () => {
  const model = `m${randomUUID().slice(0, 8)}`;
  const identity = (root: string) => `${root}:serial:${Math.floor(Math.random() * 1e12)}`;
  const attested = (root: string) => ({ model, proof: 'attested', identity: identity(root) }) as const;
  await newDevice(store, 'active', attested('aa'), 'alice');
  await newDevice(store, 'suspended', attested('aa'), 'alice');
  await newDevice(store, 'active', attested('bb'), 'alice');
  await newDevice(store, 'terminated', attested('bb'), 'alice');
  await newDevice(store, 'active', { model }, 'alice');
  expect(await countByRoot(store.db, model)).toEqual(
    new Map([
      ['aa', 2],
      ['bb', 1],
    ]),
  );
});
