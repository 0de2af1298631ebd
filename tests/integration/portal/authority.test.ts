import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AttestationAuthority } from './support/attestation-authority.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { Browser, listDevices, startTestPortal, type TestPortal, TEST_VENDOR } from './support/test-portal.js';
import { everyOrSome } from '../../support/thorough.js';

const FAILING_AUTHORITY = new URL('../../support/failing-authority.mjs', import.meta.url).pathname;

let folder: string;
let vendor: AttestationAuthority;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cardwright-authority-test-'));
  vendor = TEST_VENDOR;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('an authority', () => {
  const control = (): string => join(folder, 'control');
  let portal: TestPortal;
  let alice: Browser;
  let olga: Browser;
  let card: TestCard;
  let serial = 80_000_000;

  beforeAll(async () => {
    process.env.FAILING_AUTHORITY_CONTROL = control();
    portal = await startTestPortal({
      CARDWRIGHT_DEVICE_LIMIT: '100',
      CARDWRIGHT_AUTHORITY: FAILING_AUTHORITY,
      CARDWRIGHT_AUTHORITY_TIMEOUT: '1',
    });
    alice = await Browser.login(portal, 'alice');
    olga = await Browser.login(portal, 'olga');
  });
  afterAll(async () => {
    delete process.env.FAILING_AUTHORITY_CONTROL;
    await portal.remove();
  });
  beforeEach(() => {
    card = new TestCard('yubikey', String((serial += 1)), vendor);
  });
  afterEach(() => writeFile(control(), 'answer'));

  const rowOf = async () => (await listDevices(alice)).devices.find((row) => row.serial === card.serial);

  /** An issuance whose keys are made, and whose results the portal has not got yet. */
  async function untilKeys() {
    await writeFile(control(), 'answer');
    const host = await alice.openHost(card);
    const { operation, step } = await alice.relay(host, ({ phase }) => phase.name === 'keys');
    return { host, operation, results: { step: step?.number, outcomes: await host.run(step?.jws ?? '') } };
  }

  it('that refuses a certificate ends the issuance: its reason goes to the user, and into the audit log', async () => {
    const { operation, results } = await untilKeys();
    await writeFile(control(), 'refuse 9D');
    const reason = 'The profile does not allow this subject.';
    expect(await alice.operate(`/${operation}/results`, results)).toMatchObject({
      state: 'failed',
      deviceState: 'failed',
      error: { data: { name: 'CA_REFUSED', details: { reason } } },
    });
    expect(await rowOf()).toMatchObject({
      state: 'failed',
      stateReason: 'CA_REFUSED',
      ownerActions: ['continue', 'start-again'],
    });
    // The others were issued before: none of them stays good.
    expect((await rowOf())?.certificates.map(({ slot, status }) => `${slot} ${status}`)).toEqual([
      '9A revoked',
      '9C revoked',
      '9E revoked',
    ]);
    expect((await olga.get('/api/operator/audit')).body).toMatchObject({
      entries: expect.arrayContaining([
        expect.objectContaining({ event: 'certificate.refused', outcome: 'failed', detail: { slot: '9D', reason } }),
        expect.objectContaining({ event: 'operation.finished', outcome: 'failed', operationId: operation }),
      ]),
    });

    await writeFile(control(), 'answer');
    expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
  });

  it.each(['unreachable', 'unreachable 9C', 'hang'])(
    'that is %s leaves everything as it was: the same results succeed later, and the row says what it waits for',
    async (mode) => {
      const { host, operation, results } = await untilKeys();
      await writeFile(control(), mode);
      const send = () => alice.post(`/api/operations/${operation}/results`, results);
      expect(await send()).toMatchObject({ status: 503, code: 'CA_UNAVAILABLE' });
      expect(await send()).toMatchObject({ status: 503, code: 'CA_UNAVAILABLE' });
      expect(await rowOf()).toMatchObject({
        state: 'producing',
        stateReason: 'CA_UNAVAILABLE',
        certificates: [],
        ownerActions: ['continue'],
      });
      expect((await olga.get('/api/operator/audit')).body).toMatchObject({
        entries: expect.arrayContaining([
          expect.objectContaining({
            event: 'operation.interrupted',
            operationId: operation,
            detail: { state: 'running', error: 'CA_UNAVAILABLE' },
          }),
        ]),
      });

      await writeFile(control(), 'answer');
      let answer = await alice.operate(`/${operation}/results`, results);
      expect(await rowOf()).toMatchObject({ state: 'producing', stateReason: null });
      while (answer.step)
        answer = await alice.operate(`/${operation}/results`, {
          step: answer.step.number,
          outcomes: await host.run(answer.step.jws),
        });
      expect(answer).toMatchObject({ state: 'done', deviceState: 'active' });
      expect(card.pukTries).toBe(3);
    },
  );

  it('that is unreachable until the page is gone costs nothing either: a new session continues', async () => {
    const { operation, results } = await untilKeys();
    await writeFile(control(), 'unreachable');
    expect((await alice.post(`/api/operations/${operation}/results`, results)).code).toBe('CA_UNAVAILABLE');
    await writeFile(control(), 'answer');
    const answer = await alice.relay(await alice.openHost(card));
    expect(answer).toMatchObject({ operation, state: 'done', deviceState: 'active' });
    expect(card.pukTries).toBe(3);
  });

  it('that certifies another key ends the issuance: the audit log names both keys, and no certificate of it is kept', async () => {
    const { operation, results } = await untilKeys();
    await writeFile(control(), 'mix-up 9D');
    expect(await alice.operate(`/${operation}/results`, results)).toMatchObject({
      state: 'failed',
      deviceState: 'failed',
      error: { data: { name: 'CERTIFICATE_KEY_MISMATCH', details: { slot: '9D' } } },
    });
    expect((await rowOf())?.certificates.map(({ slot, status }) => `${slot} ${status}`)).toEqual([
      '9A revoked',
      '9C revoked',
      '9E revoked',
    ]);
    const hash = expect.stringMatching(/^[\w-]{43}$/);
    expect((await olga.get('/api/operator/audit')).body).toMatchObject({
      entries: expect.arrayContaining([
        expect.objectContaining({
          event: 'certificate.refused',
          operationId: operation,
          detail: { slot: '9D', serialNumber: expect.any(String), requestedKey: hash, certifiedKey: hash },
        }),
      ]),
    });
  });

  it('can be told by its user to stop: the device is then failed', async () => {
    const { operation, results } = await untilKeys();
    await writeFile(control(), 'unreachable');
    await alice.post(`/api/operations/${operation}/results`, results);
    expect(await alice.operate(`/${operation}/cancel`, {})).toMatchObject({
      state: 'cancelled',
      deviceState: 'failed',
    });
  });
});

describe('a module that shall make the authority', () => {
  const modules = [
    ['is missing', null, /^CARDWRIGHT_AUTHORITY: .* cannot be loaded: /],
    ['is broken', 'export const = 1;', /^CARDWRIGHT_AUTHORITY: .* cannot be loaded: /],
    ['exports something else', 'export default 1;', /exports no function openAuthority$/],
    ['makes something else', 'export const openAuthority = () => ({});', /makes no certification authority/],
    [
      'forgets the CRL',
      'export const openAuthority = () => ({ issue() {}, certificate: new Uint8Array(1) });',
      /makes no certification authority/,
    ],
  ] as const;

  it.each(everyOrSome(modules, ([what]) => what === 'is missing' || what === 'forgets the CRL'))(
    'and %s keeps the portal from starting, with words that say why',
    async (what, source, message) => {
      const path = join(folder, `${what.replaceAll(' ', '-')}.mjs`);
      if (source !== null) await writeFile(path, source);
      await expect(startTestPortal({ CARDWRIGHT_AUTHORITY: path })).rejects.toThrow(message);
    },
  );
});
