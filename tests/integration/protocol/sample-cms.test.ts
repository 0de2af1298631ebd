// Alone proves: the sample CMS of the documents issues a card.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import { unseal, type SealContext } from '@cardwright/protocol/sealing';
import { CmsClient, runOperation } from '@cardwright/sdk';
import { IndependentTools, inRepository, startPrivatePcscd, type PrivatePcscd } from '@cardwright/stage';
import { insertCard, parseFault, type VirtualCard } from '@cardwright/virtual-card';
import { importJWK, type JWK } from 'jose';
import { secretsOf } from '../../support/card-secrets.js';
import { HostProcess } from '../../support/host-process.js';
import { interruptionOf } from '../../support/interruption.js';
import { everyOrSome, thoroughIt } from '../../support/thorough.js';
import { SampleCms, type KillMoment } from './sample-cms.js';

const NEW_PIN = '739154';
const FACTORY_PUK = '12345678';
/** The start, and the results of each step. */
const REQUESTS = ['the start', 'the witness', 'the escrow', 'the keys', 'the read-back', 'the PIN'] as const;

/** The longest that the sample may be, without blank lines. */
const MOST_LINES = 300;

let folder: string;
let pcscd: PrivatePcscd;
let cms: SampleCms;
let card: VirtualCard;
/** The fewest tries that PIN and PUK ever had. */
let fewest: { pin: number; puk: number };
const hosts: HostProcess[] = [];

beforeAll(async () => {
  pcscd = await startPrivatePcscd({ readers: 1 });
});
afterAll(() => pcscd.stop());

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-sample-cms-'));
  fewest = { pin: Infinity, puk: Infinity };
  cms = await SampleCms.start(folder);
});
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
  await card.pull();
  await cms.stop();
  rmSync(folder, { recursive: true });
});

it('issues a card in six requests', async () => {
  await insert();
  const { client, host, device } = await open();
  await expect(client.eligibility('issue', [device])).resolves.toMatchObject([{ action: 'start' }]);
  const phases = new Set<string>();
  const answer = await issue({ client, host, device }, { onPhase: (phase) => phases.add(phase) });
  expect(answer).toMatchObject({ state: 'done', deviceState: 'active', error: null });
  expect(cms.requests).toBe(REQUESTS.length);
  expect(phases.size).toBe(5);
  await expectIssued({ isFirst: true });
  await expect(client.eligibility('issue', [device])).resolves.toMatchObject([{ action: null }]);
});

it(`has at most ${MOST_LINES} lines`, () => {
  const lines = readFileSync(inRepository('docs', 'sample-cms', 'cms.py'), 'utf8').split('\n');
  expect(lines.filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(MOST_LINES);
});

const KILLS = REQUESTS.flatMap((request, index) =>
  (['before', 'after'] as const).map((moment) => [request, moment, index + 1] as const),
);

describe('killed while it takes a request, and started again', () => {
  // Until the escrow is stored, there is nothing to continue with. Afterwards `npm test` has one kill here, and an earlier one below.
  const kept = everyOrSome(KILLS, ([request, moment]) => moment === 'before' && request === 'the keys');

  it.each(kept)('issues the device in another session, with no try lost: %s, %s it was stored', async (...kill) => {
    await insert();
    await breakAt(kill);
    await cms.restart();
    const { client, host, device } = await open();
    const [verdict] = await client.eligibility('issue', [device]);
    // Only the last answer was lost.
    if (verdict?.action !== null) await issue({ client, host, device });
    await expectIssued();
  });

  const waited = everyOrSome(KILLS, ([request, moment]) => moment === 'after' && request === 'the escrow');

  it.each(waited)('answers the waiting page as if nothing had been: %s, %s it was stored', async (...kill) => {
    await insert();
    const session = await open();
    const [, moment, request] = kill;
    cms.killAt(request, moment);
    const answer = await issue(session, { pause: () => cms.restart() });
    expect(answer).toMatchObject({ state: 'done', deviceState: 'active', error: null });
    await expectIssued();
  });
});

const PULLS = ['pull-after@SET-MANAGEMENT-KEY', 'pull@RESET-RETRY-COUNTER', 'pull-after@CHANGE-REFERENCE-DATA#2'];

it.each(everyOrSome(PULLS, (_, index) => index === 0))(
  'issues a card that was pulled (%s), with no try lost',
  async (fault) => {
    await insert(fault);
    await expect(interruptionOf(issue(await open()))).resolves.toBe('CARD_REMOVED');
    await card.pull();
    await insert();
    await issue(await open());
    await expectIssued();
  },
);

describe('by the reference, it', () => {
  beforeEach(() => insert());

  it('answers the same results again with the same, and those of an earlier step with OPERATION_MOVED', async () => {
    const { client, host, device } = await open();
    const start = await client.start({ kind: 'issue', device, host: host.identity });
    const first = await runStep(host, start);
    const next = await client.results(start.operation, first);
    await expect(client.results(start.operation, first)).resolves.toEqual(next);
    await client.results(start.operation, await runStep(host, next));
    await expect(client.results(start.operation, first)).rejects.toMatchObject({ code: 'OPERATION_MOVED' });
    await expect(runStep(host, start)).rejects.toMatchObject({ code: 'STEP_REFUSED', data: { reason: 'order' } });
  });

  it('refuses another site, another kind, and results that are not those of the step', async () => {
    const { client, host, device } = await open();
    const foreign = new CmsClient(`${cms.origin}/api`, { fetch: cms.fetchFrom('https://evil.example') });
    await expect(foreign.eligibility('issue', [device])).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(client.eligibility('stamp', [device])).rejects.toMatchObject({ code: 'INVALID_PARAMS' });
    const { operation } = await client.start({ kind: 'issue', device, host: host.identity });
    const invented = { step: 1, outcomes: [{ method: 'pin.change', result: {} }] };
    await expect(client.results(operation, invented)).rejects.toMatchObject({ code: 'INVALID_PARAMS' });
  });

  it('believes no card that does not prove its management key', async () => {
    const { client, host, device } = await open();
    let answer = await client.start({ kind: 'issue', device, host: host.identity });
    answer = await client.results(answer.operation, await runStep(host, answer));
    const { step, outcomes } = await runStep(host, answer);
    const [shown, ...others] = outcomes;
    const forged = { method: 'managementKey.authenticate', result: { cardResponse: 'A'.repeat(22) } };
    expect(shown?.method).toBe(forged.method);
    answer = await client.results(answer.operation, { step, outcomes: [forged, ...others] });
    expect(answer).toMatchObject({ state: 'failed', error: { data: { name: 'MANAGEMENT_KEY_REFUSED' } } });
    expect(card.state.puk.triesLeft).toBe(3);
  });

  thoroughIt('ends what its user cancels, and continues with the device another time', async () => {
    const session = await open();
    cms.killAt(REQUESTS.indexOf('the keys') + 1, 'before');
    await expect(interruptionOf(issue(session, { isImpatient: true }))).resolves.toBe('CMS_UNREACHABLE');
    await cms.restart();
    const operation = /"operations": \{"(\w+)"/.exec(cms.state)?.[1] ?? '';
    const cancelled = { state: 'cancelled', deviceState: 'producing' };
    await expect(session.client.cancel(operation, session.host.session)).resolves.toMatchObject(cancelled);
    await session.host.close();
    await issue(await open());
    await expectIssued();
  });
});

async function insert(fault?: string): Promise<void> {
  const port = pcscd.readers[0]?.port ?? 0;
  const faults = fault === undefined ? [] : [parseFault(fault)];
  const put = () => insertCard({ port, profile: 'yubikey', stateFile: path.join(folder, 'card'), faults });
  // A reader that is still resetting the previous card can miss the next one.
  card = await put().catch(put);
  card.on('transmit', () => {
    const { pin, puk } = card.state;
    fewest = { pin: Math.min(fewest.pin, pin.triesLeft), puk: Math.min(fewest.puk, puk.triesLeft) };
  });
}

interface Session {
  readonly client: CmsClient;
  readonly host: HostProcess;
  readonly device: DeviceInfo;
}

/** Opens the card in a new session of the page, whose user chooses a PIN. */
async function open(): Promise<Session> {
  const { origin } = cms;
  const host = await HostProcess.start({ env: pcscd.env, origin, cms: await cms.keys(), choosePin: () => NEW_PIN });
  hosts.push(host);
  const { devices } = await host.call('device.list', {});
  const { device } = await host.call('device.open', { device: devices[0]?.id ?? '' });
  return { client: new CmsClient(`${origin}/api`, { fetch: cms.fetchFrom(origin) }), host, device };
}

interface IssueOptions {
  readonly onPhase?: (phase: string) => void;
  /** Waits before a request is repeated. */
  readonly pause?: () => Promise<void>;
  /** Set if no request is repeated. */
  readonly isImpatient?: boolean;
}

function issue(
  { client: cmsClient, host, device }: Session,
  { onPhase = () => undefined, pause = () => Promise.resolve(), isImpatient = false }: IssueOptions = {},
): Promise<OperationAnswer> {
  let now = 0;
  const session = {
    protocol: PROTOCOL_RANGE.max,
    versions: { sdk: '0', extension: '0', host: '0' },
    capabilities: [],
    session: host.identity,
    granted: [],
  };
  return runOperation({
    cms: cmsClient,
    client: { call: (method, params) => host.call(method, params), session },
    kind: 'issue',
    device,
    onStatus: ({ phase }) => phase && onPhase(phase.text),
    timing: { now: () => (isImpatient ? (now += 60_000) : 0), pause },
  });
}

/** Issues until the CMS is killed. Its page is closed then. */
async function breakAt([, moment, request]: readonly [string, KillMoment, number]): Promise<void> {
  cms.killAt(request, moment);
  const session = await open();
  await expect(interruptionOf(issue(session, { isImpatient: true }))).resolves.toBe('CMS_UNREACHABLE');
  await session.host.close();
}

async function runStep(host: HostProcess, { step }: OperationAnswer) {
  if (!step) throw new Error('the CMS sent no step');
  const { outcomes } = await host.call('step.run', { jws: step.jws });
  return { step: step.number, outcomes };
}

/** The programs of others judge a card. */
async function judge(): Promise<void> {
  const tools = new IndependentTools(pcscd.env, pcscd.readers[0]?.name ?? '');
  const { text } = await tools.ykmanInfo();
  expect(text).toMatch(/PIN tries remaining:\s+3\/3/);
  expect(text).toMatch(/PUK tries remaining:\s+3\/3/);
  expect(text).toMatch(/Slot 9A\b[^]*?Issuer DN:[^\n]*CN ?= ?Sample CMS/);
  expect(text).not.toMatch(/WARNING: Using default/);
  await expect(tools.yubicoVerifyPin(NEW_PIN)).resolves.toHaveProperty('succeeded', true);
}

/**
 * The card itself and programs of others judge it. Nothing that was kept or printed shows its secrets.
 *
 * @param isFirst the card that these programs judge in `npm test`
 */
async function expectIssued({ isFirst = false } = {}): Promise<void> {
  for (const host of hosts) await host.close();
  expect(fewest).toEqual({ pin: 3, puk: 3 });
  const { pin, puk } = secretsOf(path.join(folder, 'card'));
  expect(pin).toBe(NEW_PIN);
  expect(puk).not.toBe(FACTORY_PUK);
  await expect(keptPuk()).resolves.toBe(puk);
  if (globalThis.runsEverything || isFirst) await judge();
  const printed = [...cms.output, cms.state, ...hosts.flatMap(({ trace }) => trace)].join('\n');
  for (const secret of [NEW_PIN, puk]) expect(printed).not.toContain(secret);
  expect(statSync(cms.stateFile).mode & 0o777).toBe(0o600);
}

/** The PUK in the escrow that the CMS keeps. */
async function keptPuk(): Promise<string> {
  const { keys, devices } = JSON.parse(cms.state) as StoredState;
  const [{ escrow } = { escrow: undefined }] = Object.values(devices);
  const key = await importJWK(keys.seal, 'ECDH-ES');
  if (!escrow || key instanceof Uint8Array) throw new Error('the CMS keeps no escrow');
  const content = await unseal(escrow.jwe, key, escrow.context);
  return (JSON.parse(new TextDecoder().decode(content)) as { puk: string }).puk;
}

interface StoredState {
  readonly keys: { readonly seal: JWK };
  readonly devices: Readonly<
    Record<string, { readonly escrow: { readonly jwe: string; readonly context: SealContext } }>
  >;
}
