import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { MAX_BUNDLE_LENGTH } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { hostileBundle, newBundle } from '../../support/support-bundles.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { act } from './support/operator.js';
import { Browser, listDevices, startTestPortal, TEST_VENDOR, type TestPortal } from './support/test-portal.js';

/** The operator's page of one device: its operations command by command, and attached files. */

let portal: TestPortal;
let alice: Browser;
let olga: Browser;
let serial = 73_000_000;

beforeAll(async () => {
  portal = await startTestPortal({ CARDWRIGHT_DEVICE_LIMIT: '100' }, { everyKey: true });
  [alice, olga] = [await Browser.login(portal, 'alice'), await Browser.login(portal, 'olga')];
});
afterAll(() => portal.remove());

const newCard = () => new TestCard('yubikey', String((serial += 1)), TEST_VENDOR);
const idOf = async (card: TestCard): Promise<string> => {
  const { devices } = await listDevices(olga, `/api/operator/devices?serial=${card.serial ?? ''}`);
  return devices[0]?.id ?? '';
};

const item = v.looseObject({ kind: v.string(), at: v.string() });
const timeline = v.looseObject({ id: v.string(), status: v.string(), items: v.array(item) });
const page = v.looseObject({
  device: v.looseObject({ state: v.string() }),
  operations: v.array(timeline),
  hasMore: v.boolean(),
  history: v.array(v.looseObject({ event: v.string() })),
});
const readPage = async (id: string) => validate(page, (await olga.get(`/api/operator/devices/${id}`)).body);

/** Describes an item in one short line. */
const line = ({ kind, ...about }: v.InferOutput<typeof item>): string =>
  [kind, about.name ?? about.event ?? about.error, about.isResumed === true && 'resumed']
    .filter((word) => typeof word === 'string')
    .join(' ');

describe('the operations of a device', () => {
  it('are shown step by step: the step, its outcome, and its results', async () => {
    const card = newCard();
    const host = await alice.openHost(card);
    host.pull = { method: 'credentials.apply', when: 'after' };
    await alice.relay(host);
    expect(await alice.relay(await alice.openHost(card))).toMatchObject({ deviceState: 'active' });
    const { operations, device } = await readPage(await idOf(card));
    expect(device.state).toBe('active');
    const [operation, ...others] = operations;
    expect(others).toEqual([]);
    expect(operation).toMatchObject({ kind: 'issue', status: 'done', owner: { username: 'alice' } });
    const lines = operation?.items.map(line) ?? [];
    expect(lines.slice(0, 2)).toEqual(['session', 'step witness']);
    expect(lines).toContain('fact escrow.stored');
    expect(lines.filter((one) => one === 'fact certificate.issued')).toHaveLength(4);
    expect(lines.indexOf('rested CARD_REMOVED')).toBe(lines.indexOf('session resumed') - 1);
    expect(lines.at(-1)).toBe('ended');
    const broken = operation?.items.find(({ kind, name }) => kind === 'step' && name === 'keys');
    expect(broken).toMatchObject({
      words: expect.any(String),
      duration: expect.any(Number),
      commands: expect.arrayContaining([
        { method: 'credentials.apply', outcome: 'failed', error: 'CARD_REMOVED' },
        { method: 'key.generate', outcome: 'unanswered', error: null },
      ]),
    });
    const [session] = operation?.items ?? [];
    expect(session).toMatchObject({ kind: 'session', address: expect.stringMatching(/127\.0\.0\.1$/) });
    for (const { kind, duration } of operation?.items ?? [])
      if (kind === 'step') expect(duration).toBeGreaterThanOrEqual(0);
  });

  it('include an operation without a device at its own address, as the audit log names it', async () => {
    const card = new TestCard('yubikey', String((serial += 1)), null);
    const { operation: id } = await alice.relay(await alice.openHost(card));
    const { operation } = validate(
      v.object({ operation: timeline }),
      (await olga.get(`/api/operator/operations/${id}`)).body,
    );
    expect(operation).toMatchObject({ id, status: 'failed', deviceId: null });
    expect(operation.items.map(line).at(-1)).toBe('ended ATTESTATION_MISSING');
  });

  it('are followed by other events of the device', async () => {
    const card = newCard();
    await alice.relay(await alice.openHost(card));
    const id = await idOf(card);
    await act(olga, id, 'suspend');
    const { history, operations } = await readPage(id);
    expect(history).toMatchObject([{ event: 'device.state-changed', actor: 'olga', detail: { to: 'suspended' } }]);
    // The issuance's own changes belong to it.
    expect(operations[0]?.items.map(line)).toContain('fact device.state-changed');
  });
});

describe('the page of a device, and its files', () => {
  let addresses: readonly (readonly [method: string, path: string, body?: unknown])[];
  beforeAll(async () => {
    const card = newCard();
    const { operation } = await alice.relay(await alice.openHost(card));
    const device = `/api/operator/devices/${await idOf(card)}`;
    const added = await olga.post(`${device}/support-files`, newBundle());
    const { file } = validate(v.object({ file: v.looseObject({ id: v.string() }) }), added.body);
    addresses = [
      ['GET', device],
      ['GET', `/api/operator/operations/${operation}`],
      ['GET', `${device}/support-files`],
      ['GET', `${device}/support-files/${file.id}`],
      ['GET', `${device}/support-files/${file.id}/download`],
      ['POST', `${device}/support-files`, newBundle()],
      ['DELETE', `${device}/support-files/${file.id}`, {}],
    ];
  });

  it('are for operators: not for the owner of the device, and not for anyone who is not logged in', async () => {
    for (const [method, path, body] of addresses) {
      expect(await alice.send(method, path, body)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
      expect(await new Browser(portal).send(method, path, body)).toMatchObject({ status: 401, code: 'LOGIN_REQUIRED' });
    }
  });

  it("can be changed only from the portal's own pages", async () => {
    for (const [method, path, body] of addresses.filter(([, , sent]) => sent !== undefined))
      expect(await olga.send(method, path, body, { origin: 'https://evil.example' })).toMatchObject({
        code: 'FORBIDDEN',
      });
  });

  it('are reported missing in words of the catalogue, whether device, operation or file', async () => {
    const id = await idOf(newCard());
    expect(id).toBe('');
    const [unknown, known] = [randomUUID(), addresses[0]?.[1] ?? ''];
    const devices = '/api/operator/devices';
    expect((await olga.get(`${devices}/${unknown}`)).code).toBe('DEVICE_STATE');
    expect((await olga.get(`${devices}/x' OR 1=1`)).code).toBe('INVALID_PARAMS');
    expect((await olga.get(`/api/operator/operations/${unknown}`)).code).toBe('OPERATION_NOT_FOUND');
    expect((await olga.post(`${devices}/${unknown}/support-files`, newBundle())).code).toBe('DEVICE_STATE');
    expect((await olga.get(`${known}/support-files/${unknown}`)).code).toBe('INVALID_PARAMS');
    expect((await olga.send('DELETE', `${known}/support-files/${unknown}`, {})).code).toBe('INVALID_PARAMS');
  });
});

const FAILURE = { at: 0, method: 'device.list', code: 'NO_READER' };

describe('a support bundle', () => {
  const list = v.object({ files: v.array(v.looseObject({ id: v.string() })) });
  const filed = v.object({ file: v.looseObject({ id: v.string(), failed: v.number() }) });
  async function newDevice() {
    const card = newCard();
    await alice.relay(await alice.openHost(card));
    return `/api/operator/devices/${await idOf(card)}`;
  }

  let device: string;
  beforeAll(async () => {
    device = await newDevice();
  });

  it('is shown with failed checks first, downloaded unchanged, and removed; each is audited', async () => {
    const { file } = validate(filed, (await olga.post(`${device}/support-files`, newBundle())).body);
    expect(file).toMatchObject({ addedBy: 'olga', failed: 1, checks: 3 });
    const { body } = await olga.get(`${device}/support-files/${file.id}`);
    expect(body).toMatchObject({
      checks: [{ id: 'pcsc', outcome: 'failed' }, { id: 'host' }, { id: 'reader' }],
      failures: newBundle().failures,
      trace: {
        entries: 4,
        dropped: 2,
        errors: [
          { method: 'device.list', code: 'PCSC_UNAVAILABLE' },
          { method: 'key.generate', code: 'CARD_REMOVED' },
        ],
      },
    });
    const download = await olga.get(`${device}/support-files/${file.id}/download`);
    expect(JSON.parse(String(download.body))).toEqual(newBundle());
    expect(Object.fromEntries(download.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': expect.stringMatching(/^attachment; filename="cardwright-support-[\w-]+\.json"$/),
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect((await olga.send('DELETE', `${device}/support-files/${file.id}`, {})).status).toBe(200);
    expect(await olga.get(`${device}/support-files`)).toMatchObject({ body: { files: [] } });
    const { body: audit } = await olga.get('/api/operator/audit');
    expect(audit).toMatchObject({
      entries: expect.arrayContaining([
        expect.objectContaining({ event: 'support-file.added', actor: 'olga' }),
        expect.objectContaining({ event: 'support-file.removed', actor: 'olga' }),
      ]),
    });
  });

  it('is accepted five times for a device, also of six concurrent ones', async () => {
    const device = await newDevice();
    const all = await Promise.all(Array.from({ length: 6 }, () => olga.post(`${device}/support-files`, newBundle())));
    expect(all.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 400]);
    expect(all.map(({ code }) => code).filter((code) => code !== undefined)).toEqual(['INVALID_PARAMS']);
  });

  it('is kept unchanged, as text, if its texts are hostile', async () => {
    const { file } = validate(filed, (await olga.post(`${device}/support-files`, hostileBundle())).body);
    const { body, headers } = await olga.get(`${device}/support-files/${file.id}`);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(JSON.stringify(body)).toContain('onerror');
  });

  it.each<[string, unknown]>([
    ['no bundle', { any: 'thing' }],
    ['a bundle with a member too many', { ...newBundle(), secret: '123456' }],
    ['a bundle of another version', { ...newBundle(), version: 2 }],
    ['a bundle with a text without end', newBundle({ log: ['x'.repeat(2_001)] })],
    ['a bundle whose failures say more than a code', { ...newBundle(), failures: [{ ...FAILURE, pin: '123456' }] }],
    ['a bundle with a method without end', newBundle({ failures: [{ ...FAILURE, method: 'x'.repeat(10_000) }] })],
    ['a bundle with failures without end', newBundle({ failures: Array.from({ length: 1_001 }, () => FAILURE) })],
    ['a trace alone', newBundle().trace],
  ])('is refused if it is %s', async (_what, body) => {
    expect(await olga.post(`${device}/support-files`, body)).toMatchObject({ status: 400, code: 'INVALID_PARAMS' });
    // The file of the test before is the only one.
    const listed = validate(list, (await olga.get(`${device}/support-files`)).body);
    expect(listed.files).toHaveLength(1);
  });

  it('is refused before it is read if it is too large, or if nobody is logged in', async () => {
    expect(await sendEndless(device)).toMatch(/^HTTP\/1\.1 401 /);
    const large = newBundle({ log: [] });
    const padded = { ...large, policy: { x: 'x'.repeat(MAX_BUNDLE_LENGTH) } };
    expect(await olga.post(`${device}/support-files`, padded)).toMatchObject({
      status: 413,
      code: 'MESSAGE_TOO_LARGE',
    });
  });

  /** Sends an anonymous request with an endless body, and resolves with the first line of the answer. */
  function sendEndless(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(portal.port, '127.0.0.1', () => {
        const head = ['POST', `${path}/support-files`, 'HTTP/1.1'].join(' ');
        const type = 'content-type: application/json\r\ncontent-length: 1000000';
        socket.write(`${head}\r\nhost: localhost\r\norigin: ${portal.origin}\r\n${type}\r\n\r\n{`);
      });
      socket.once('error', reject);
      socket.once('data', (data) => {
        resolve(String(data).split('\r\n')[0] ?? '');
        socket.destroy();
      });
    });
  }
});
