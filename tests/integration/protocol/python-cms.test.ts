import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import { publicJwkSet, type PublicJwkSet } from '@cardwright/protocol/schemas';
import { CmsClient, runOperation } from '@cardwright/sdk';
import { startPrivatePcscd, type PrivatePcscd, type TiedProcess } from '@cardwright/stage';
import { insertCard, type VirtualCard } from '@cardwright/virtual-card';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HostProcess } from '../../support/host-process.js';
import { startPython } from './python.js';

const FACTORY_PIN = '123456';
const OTHER_PIN = '654321';
const ADDRESS = /^http:\/\/127\.0\.0\.1:\d+$/;

/** cms.py was written from docs/protocol.md alone; here it drives the sdk's relay, the real host and a card. */
describe('a CMS in another language', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-python-cms-'));
  const processes: TiedProcess[] = [];
  const hosts: HostProcess[] = [];
  let pcscd: PrivatePcscd;
  let card: VirtualCard;

  beforeAll(async () => {
    pcscd = await startPrivatePcscd({ readers: 1 });
    const port = pcscd.readers[0]?.port ?? 0;
    card = await insertCard({ port, profile: 'yubikey', stateFile: path.join(folder, 'card') });
  });

  afterAll(async () => {
    for (const host of hosts) await host.close();
    for (const one of processes) await one.stop();
    await card.pull();
    await pcscd.stop();
    rmSync(folder, { recursive: true });
  });

  it('has an escrow made, opens it, and has a PIN verified that it sealed', async () => {
    const { cms, host, device, origin } = await open(FACTORY_PIN);
    const phases: string[] = [];
    const answer = await relay(cms, host, device, (phase) => phases.push(phase));
    expect(answer).toMatchObject({ state: 'done', error: null });
    expect([...new Set(phases)]).toEqual(['Preparing', 'Verifying']);
    expect(host.notifications.filter(({ params }) => params?.kind === 'command')).toHaveLength(3);
    expect(host.trace.join('\n')).not.toContain(FACTORY_PIN);
    await expect(cms.cancel(answer.operation, host.session)).resolves.toEqual(answer);
    const foreign = new CmsClient(`${origin}/api`, { fetch: asPageOf('https://evil.example') });
    await expect(foreign.eligibility('issue', [device])).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await host.close();
  });

  it('ends when the card reports a wrong PIN', async () => {
    const { cms, host, device } = await open(OTHER_PIN);
    await expect(relay(cms, host, device)).rejects.toMatchObject({ code: 'PIN_INCORRECT', data: { retriesLeft: 2 } });
    await host.close();
  });

  it('gives the same answer to the same results, and OPERATION_MOVED to those of an earlier step', async () => {
    const { cms, host, device } = await open(FACTORY_PIN);
    const start = await cms.start({ kind: 'check-pin', device, host: host.identity });
    const first = await runStep(host, start);
    const next = await cms.results(start.operation, first);
    await expect(cms.results(start.operation, first)).resolves.toEqual(next);
    await cms.results(start.operation, await runStep(host, next));
    await expect(cms.results(start.operation, first)).rejects.toMatchObject({ code: 'OPERATION_MOVED' });
    await expect(runStep(host, start)).rejects.toMatchObject({ code: 'STEP_REFUSED', data: { reason: 'order' } });
    await host.close();
  });

  async function open(pin: string) {
    const server = await startPython('cms.py', pin);
    processes.push(server);
    const [origin] = await server.line(ADDRESS);
    const host = await HostProcess.start({ env: pcscd.env, origin, cms: await wellKnown(origin) });
    hosts.push(host);
    const { devices } = await host.call('device.list', {});
    const { device } = await host.call('device.open', { device: devices[0]?.id ?? '' });
    return { cms: new CmsClient(`${origin}/api`, { fetch: asPageOf(origin) }), host, device, origin };
  }
});

async function wellKnown(origin: string): Promise<PublicJwkSet> {
  const response = await fetch(`${origin}/.well-known/cardwright`);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  return validate(publicJwkSet, await response.json());
}

/** Sends requests as a browser does for a page of an origin, with the user's cookie. */
const asPageOf =
  (origin: string): typeof fetch =>
  (input, init) =>
    fetch(input, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(init?.headers)), origin, cookie: 'session=alice' },
    });

function relay(
  cms: CmsClient,
  host: HostProcess,
  device: DeviceInfo,
  onPhase: (phase: string) => void = () => undefined,
): Promise<OperationAnswer> {
  const session = {
    protocol: PROTOCOL_RANGE.max,
    versions: { sdk: '0', extension: '0', host: '0' },
    capabilities: [],
    session: host.identity,
    granted: [],
  };
  const onStatus = ({ phase }: { readonly phase: OperationAnswer['phase'] | null }) => onPhase(phase?.text ?? '');
  return runOperation({
    cms,
    client: { call: (method, params) => host.call(method, params), session },
    kind: 'check-pin',
    device,
    onStatus,
  });
}

async function runStep(host: HostProcess, { step }: OperationAnswer) {
  if (!step) throw new Error('the CMS sent no step');
  const { outcomes } = await host.call('step.run', { jws: step.jws });
  return { step: step.number, outcomes };
}
