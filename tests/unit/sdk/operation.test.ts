import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import type { Request } from '@cardwright/protocol/messages';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import { CmsClient, connect, runOperation, type OperationOptions, type OperationProgress } from '@cardwright/sdk';
import { fetchFrom } from '../../support/cms-fetch.js';
import { blankYubikey } from '../../support/device-facts.js';
import { ScriptedCms } from '../../support/scripted-cms.js';
import { FakeBridge } from './fake-bridge.js';
import { OPENED } from './opened-session.js';

const DONE: CommandOutcome = { method: 'key.generate', result: {} };
const failing = (error: CardwrightError): CommandOutcome => ({ method: 'key.generate', error: error.toWire() });

let cms = new ScriptedCms();
let bridge = new FakeBridge();
/** Phases whose step the host ran. The scripted CMS writes them in place of the JWS. */
let steps: string[] = [];

beforeEach(() => {
  cms = new ScriptedCms();
  steps = [];
});
afterEach(() => bridge.close());

/** Relays an issuance. The host answers the step of each phase with these outcomes, or not at all (null). */
async function issue(
  outcomes: (phase: string) => CommandOutcome[] | null = () => [DONE],
  changes: Partial<OperationOptions> = {},
) {
  bridge = new FakeBridge(true, ({ id, method, params }: Request, other) => {
    if (method === 'initialize') other.result(id, OPENED);
    if (method !== 'step.run') return;
    const phase = String(params?.jws).split('.')[0] ?? '';
    steps.push(phase);
    const kind = phase === 'pin' ? 'user' : 'command';
    other.send({ jsonrpc: '2.0', method: '$/progress', params: { id, kind, index: 1, count: 2 } });
    const answer = outcomes(phase);
    if (answer) other.result(id, { outcomes: answer });
  });
  const client = await connect({ window: bridge.window });
  const device = blankYubikey('1');
  return runOperation({
    cms: new CmsClient('/api', { fetch: fetchFrom(() => cms) }),
    client,
    kind: 'issue',
    device,
    ...changes,
  });
}

describe('the relay of an operation', () => {
  it('issues a device with six calls to the CMS', async () => {
    expect(await issue()).toMatchObject({ state: 'done', deviceState: 'active', error: null });
    expect(steps).toEqual(['authenticate', 'personalize', 'keys', 'certificates', 'pin']);
    expect(cms.calls).toEqual(['operations', ...Array<string>(5).fill('operations/operation-1/results')]);
  });

  it("reports each phase, its progress, and whose turn it is: the card's, the user's, the CMS's", async () => {
    const told: OperationProgress[] = [];
    await issue(undefined, { onStatus: (status) => told.push(status) });
    const keys = { phase: { name: 'keys', text: 'Creating keys' }, deviceState: 'producing' };
    expect(told.filter(({ phase }) => phase?.name === 'keys')).toEqual([
      { ...keys, progress: 30, turn: 'card' },
      { ...keys, progress: 35, turn: 'card' },
      { ...keys, progress: 40, turn: 'cms' },
    ]);
    const atPin = told.filter(({ phase }) => phase?.name === 'pin');
    expect(atPin.map(({ turn }) => turn)).toEqual(['card', 'user', 'cms']);
    expect(told[0]).toMatchObject({ phase: { name: 'authenticate' }, deviceState: null });
  });

  it('relays a kind of operation and phases that only the CMS knows, with its words for them', async () => {
    const asked: unknown[] = [];
    const answers = [
      { state: 'running', step: { number: 1, jws: 'laser.step.signature' }, deviceState: 'engraving' },
      { state: 'done', step: null, deviceState: 'engraved' },
    ];
    const phase = { name: 'laser-2', text: 'Gravur läuft …' };
    cms.answer = (_path, body) => {
      asked.push(body);
      return { operation: 'operation-1', phase, progress: 50, error: null, ...answers[asked.length - 1] };
    };
    const told: OperationProgress[] = [];
    const options = { kind: 'engrave-card', onStatus: (status: OperationProgress) => told.push(status) };
    expect(await issue(undefined, options)).toMatchObject({ state: 'done', phase, deviceState: 'engraved' });
    expect(asked[0]).toMatchObject({ kind: 'engrave-card' });
    expect(told[0]).toEqual({ phase, progress: 50, deviceState: 'engraving', turn: 'card' });
  });

  it('never reports less progress than before, though the steps of a CMS lie closer together than their commands reach', async () => {
    const progress = [80, 76, 77, 78, 90];
    cms.answer = () => {
      const [next] = progress.splice(0, 1);
      const step = progress.length > 0 ? { number: 5 - progress.length, jws: 'passkey.step.signature' } : null;
      const phase = { name: 'passkey', text: 'Passkey' };
      const state = step ? 'running' : 'done';
      return { operation: 'operation-1', phase, progress: next, error: null, state, step, deviceState: 'producing' };
    };
    const told: number[] = [];
    await issue(undefined, { onStatus: (status) => told.push(status.progress) });
    expect(told.length).toBeGreaterThan(4);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told[0]).toBe(80);
  });

  it("stops at the first error in the CMS's answers, and runs no further step", async () => {
    cms.failure = { phase: 'keys', error: new CardwrightError('CARD_REMOVED').toWire() };
    await expect(issue()).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    expect(steps).toEqual(['authenticate', 'personalize', 'keys']);
  });

  it('reports the state of the device before it throws the reason of the failure', async () => {
    const told: OperationProgress[] = [];
    cms.deviceState = 'producing';
    cms.failure = {
      phase: 'certificates',
      error: new CardwrightError('READ_BACK_MISMATCH', { object: 'ccc' }).toWire(),
    };
    const attempt = issue(undefined, { onStatus: (status) => told.push(status) });
    await expect(attempt).rejects.toMatchObject({ code: 'READ_BACK_MISMATCH' });
    expect(told.at(-1)?.deviceState).toBe('failed');
  });

  const closePin = (phase: string) => (phase === 'pin' ? [failing(new CardwrightError('USER_CANCELLED'))] : [DONE]);

  it.each([
    ['throws it where the CMS waits for another session', false],
    ['returns it where the CMS does without', true],
  ])('passes a failed command on to the CMS, which judges it: %s', async (_, givesPinUp) => {
    cms.givesPinUp = givesPinUp;
    const refused = { state: 'done', deviceState: 'pending', error: { data: { name: 'USER_CANCELLED' } } };
    const attempt = issue(closePin);
    if (givesPinUp) expect(await attempt).toMatchObject(refused);
    else await expect(attempt).rejects.toMatchObject({ code: 'USER_CANCELLED' });
  });

  it('stops if the host ends in the middle, and leaves the operation to be resumed', async () => {
    const attempt = issue((phase) => {
      const error = new CardwrightError('HOST_CRASHED').toWire();
      if (phase === 'keys') bridge.send({ jsonrpc: '2.0', method: 'session.ended', params: { error } });
      return phase === 'keys' ? null : [DONE];
    });
    await expect(attempt).rejects.toMatchObject({ code: 'HOST_CRASHED' });
    expect(cms.calls).not.toContain('operations/operation-1/cancel');
  });

  it('cancels at host and CMS when its signal is aborted', async () => {
    const abort = new AbortController();
    const attempt = issue(
      (phase) => {
        if (phase === 'keys') abort.abort();
        return phase === 'keys' ? null : [DONE];
      },
      { signal: abort.signal },
    );
    await expect(attempt).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(cms.calls.at(-1)).toBe('operations/operation-1/cancel');
    expect((await bridge.next('$/cancelRequest')).params).toHaveProperty('id');
  });

  it('sends nothing to the CMS if its signal was aborted before', async () => {
    await expect(issue(undefined, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(cms.calls).toEqual([]);
  });

  it('repeats results while the CMS is away, reports that, and continues as if nothing had happened', async () => {
    const told: OperationProgress[] = [];
    cms.goAway('results', new CardwrightError('CMS_UNREACHABLE'), new CardwrightError('CA_UNAVAILABLE'));
    expect(await issue(undefined, { onStatus: (status) => told.push(status) })).toMatchObject({ state: 'done' });
    expect(steps).toEqual(['authenticate', 'personalize', 'keys', 'certificates', 'pin']);
    expect(told.flatMap(({ absence }) => absence ?? [])).toEqual(['CMS_UNREACHABLE', 'CA_UNAVAILABLE']);
  });

  it('repeats the start while the CMS is away', async () => {
    cms.goAway('operations', new CardwrightError('CMS_UNREACHABLE'));
    expect(await issue()).toMatchObject({ state: 'done' });
    expect(cms.calls.filter((call) => call === 'operations')).toHaveLength(2);
  });

  it('stops trying at once when its signal is aborted', async () => {
    const abort = new AbortController();
    const onStatus = ({ absence }: OperationProgress): void => {
      if (absence) abort.abort();
    };
    cms.goAway('results', ...Array<CardwrightError>(9).fill(new CardwrightError('CMS_UNREACHABLE')));
    await expect(issue(undefined, { signal: abort.signal, onStatus })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(cms.calls.slice(-2)).toEqual(['operations/operation-1/results', 'operations/operation-1/cancel']);
  });

  it('is cancelled even if the CMS cannot be reached', async () => {
    const abort = new AbortController();
    const attempt = issue(
      (phase) => {
        if (phase !== 'keys') return [DONE];
        cms.outage = new CardwrightError('CMS_UNREACHABLE');
        abort.abort();
        return null;
      },
      { signal: abort.signal },
    );
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    await expect(attempt).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });

  it('refuses an answer of the CMS that violates the contract', async () => {
    cms.answer = () => ({ operation: 'operation-1', step: 'anything' });
    await expect(issue()).rejects.toMatchObject({ code: 'INVALID_MESSAGE' });
    expect(steps).toEqual([]);
  });
});
