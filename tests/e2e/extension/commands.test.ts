// Alone proves: the bridge between page, extension and host carries each command.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_MESSAGE_LENGTH } from '@cardwright/protocol/limits';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import { ExtensionStage } from '../../support/extension-stage.js';
import type { HostFault } from '../../support/host-fault.js';
import { WireSession } from '../../support/wire-page.js';
import { everyOrOneIn, everyOrSome, thoroughDescribe, thoroughIt } from '../../support/thorough.js';

describe('a page with a session', () => {
  let stage: ExtensionStage;

  beforeAll(async () => {
    stage = await ExtensionStage.open();
  });

  beforeEach(async () => {
    await stage.startOver();
  });

  afterAll(async () => {
    await stage.close();
  });

  it('lists the devices and receives changes', async () => {
    const session = await stage.granted();
    const { result } = await session.call('device.list');
    expect(result).toMatchObject({ readers: ['Fake Reader 00 00'], devices: [{ serial: '12345678' }] });
    expect(await session.code('device.open', { device: 'serial:12345678' })).toBeUndefined();
    expect((await session.notified('device.changed')).params).toEqual(result);
  });

  it('can send nothing that the table, the grant or the order of commands forbids, and the host receives nothing of it', async () => {
    const session = await stage.granted(['read', 'use']);
    expect(
      await session.code('initialize', {
        protocol: { min: { major: 3, minor: 0 }, max: { major: 3, minor: 0 } },
        sdk: '1',
      }),
    ).toBe('ALREADY_INITIALIZED');
    expect(await session.code('toString')).toBe('METHOD_NOT_FOUND');
    expect(await session.code('user.enterSecrets')).toBe('METHOD_NOT_FOUND');
    expect(await session.code('key.generate', { slot: '9A' })).toBe('STEP_REQUIRED');
    expect(await session.code('device.reset')).toBe('STEP_REQUIRED');
    expect(await session.call('step.run', { jws: 'a.b.c' })).toMatchObject({
      error: { data: { name: 'PERMISSION_DENIED', details: { permission: 'manage' } } },
    });
    expect(await session.call('device.open', { device: 7 })).toMatchObject({
      error: { data: { name: 'INVALID_PARAMS', details: { path: 'device' } } },
    });
    expect(await session.code('pin.verify', { secrets: { pin: { source: 'user', value: '123456' } } })).toBe(
      'INVALID_PARAMS',
    );
    const methods = stage.hostNotes().flatMap(({ received }) => received?.method ?? []);
    expect(methods).toEqual(['initialize']);
  });

  thoroughIt('gets an error from the bridge if a message is too large or does not belong to the protocol', async () => {
    const session = await stage.granted();
    await session.post({
      jsonrpc: '2.0',
      id: 901,
      method: 'device.list',
      params: { x: 'x'.repeat(MAX_MESSAGE_LENGTH) },
    });
    expect((await session.failure(901)).error?.data.name).toBe('MESSAGE_TOO_LARGE');
    await session.post('hello');
    expect((await session.failure(null)).error?.data.name).toBe('INVALID_MESSAGE');
    expect(stage.received('device.list')).toEqual([]);
  });

  it('can cancel, and sees the progress of its request under its own id', async () => {
    const session = await stage.granted();
    const id = await session.nextId();
    const answer = session.code('diagnostics.run');
    expect((await session.notified('$/progress')).params).toEqual({ id, kind: 'waiting' });
    await session.post({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id } });
    expect(await answer).toBe('CANCELLED');
  });

  it("gets HOST_ANSWER_INVALID instead of the result if the host's answer does not fit the table", async () => {
    const session = await stage.granted();
    const { result, error } = await session.call('object.read', { object: 'chuid' });
    expect(result).toBeUndefined();
    expect(error?.data.name).toBe('HOST_ANSWER_INVALID');
  });

  it('is notified when the host crashes, and another page continues', async () => {
    const other = await stage.granted();
    const session = await WireSession.open(await stage.page());
    expect((await session.initialize()).error).toBeUndefined();
    expect(await session.code('pin.getStatus')).toBe('HOST_CRASHED');
    expect(await session.endedBecause()).toEqual({ name: 'HOST_CRASHED', details: {} });
    expect(await other.code('device.list')).toBeUndefined();
  });

  it('is notified when the host is killed between requests, and may open another session', async () => {
    const session = await stage.granted();
    stage.killHost();
    expect(await session.endedBecause()).toEqual({ name: 'HOST_CRASHED', details: {} });
    const again = await WireSession.open(session.page);
    expect((await again.initialize()).error).toBeUndefined();
  });

  thoroughIt('gets HOST_CRASHED for the running request when the host is killed', async () => {
    const session = await stage.granted();
    const answer = session.code('diagnostics.run');
    await session.notified('$/progress');
    stage.killHost();
    expect(await answer).toBe('HOST_CRASHED');
    expect(await session.endedBecause()).toEqual({ name: 'HOST_CRASHED', details: {} });
  });

  it('loses the window of its host when that host is killed', async () => {
    const session = await stage.granted();
    const answer = session.code('pin.verify', { secrets: { pin: { source: 'user' } } });
    const window = await stage.window('secret');
    const gone = new Promise((resolve) => window.once('close', resolve));
    stage.killHost();
    await gone;
    expect(await answer).toBe('HOST_CRASHED');
  });

  thoroughIt('leaves no host behind if it closes while its session opens', async () => {
    const session = await stage.granted();
    const initialize = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocol: PROTOCOL_RANGE, sdk: '0.1.0' },
    };
    for (let round = 0; round < 5; round += 1) {
      const hasty = await WireSession.open(session.page);
      await hasty.postTogether(initialize, { cardwright: 'closed' });
    }
    const last = await WireSession.open(session.page);
    expect((await last.initialize()).error).toBeUndefined();
    await last.close();
    await session.close();
    await stage.everyHostEnds();
  });

  it('ends its host when it closes the port, and when it is left', async () => {
    const session = await stage.granted();
    await session.close();
    await stage.hostsEnded(1);
    const again = await WireSession.open(session.page);
    await again.initialize();
    await session.page.goto('about:blank');
    await stage.hostsEnded(2);
  });

  const documents = [
    ['redirect', 'CMS_KEYS_UNAVAILABLE'],
    ['junk', 'CMS_KEYS_UNAVAILABLE'],
    ['other json', 'CMS_KEYS_UNAVAILABLE'],
    ['too many keys', 'CMS_KEYS_UNAVAILABLE'],
    ['huge', 'CMS_KEYS_UNAVAILABLE'],
    ['server error', 'CMS_KEYS_UNAVAILABLE'],
    ['slow', 'CMS_UNREACHABLE'],
    ['cut off', 'CMS_UNREACHABLE'],
    ['away', 'CMS_UNREACHABLE'],
  ] as const;
  it.each(everyOrSome(documents, ([what]) => what === 'redirect'))(
    'gets, for a well-known document that is: %s, the error %s, until it is fixed',
    async (wellKnown, code) => {
      const session = await WireSession.open(await stage.page());
      await stage.grant(['read']);
      stage.portal.wellKnown = wellKnown;
      // If the session had been too slow before, the code would be TIMEOUT.
      expect(await session.initialize()).toMatchObject({ error: { data: { name: code } } });
      expect(stage.received('initialize')).toEqual([]);
      stage.portal.wellKnown = 'keys';
      expect((await session.initialize()).error).toBeUndefined();
      expect(stage.received('initialize')).toEqual([expect.objectContaining({ cms: stage.portal.keys })]);
    },
  );

  it('has a session, but no keys for steps, if its site has no well-known document', async () => {
    const session = await WireSession.open(await stage.page());
    await stage.grant(['read']);
    stage.portal.wellKnown = 'missing';
    expect((await session.initialize()).error).toBeUndefined();
    expect(stage.received('initialize')).toEqual([expect.objectContaining({ cms: null })]);
  });

  const versions = [
    [{ min: { major: 0, minor: 1 }, max: { major: 0, minor: 9 } }, 'sdk'],
    [{ min: { major: 4, minor: 0 }, max: { major: 4, minor: 0 } }, 'extension'],
  ] as const;

  it.each(everyOrOneIn(2, versions))('is asked, if it speaks only %j, to update the %s', async (protocol, update) => {
    const session = await WireSession.open(await stage.page());
    await stage.grant(['read']);
    expect(await session.call('initialize', { protocol, sdk: '0.1.0' })).toMatchObject({
      error: { data: { name: 'VERSION_MISMATCH', details: { update } } },
    });
    expect(stage.hostNotes()).toEqual([]);
  });
});

thoroughDescribe('a computer', () => {
  let stage: ExtensionStage;

  beforeAll(async () => {
    stage = await ExtensionStage.open();
  });

  beforeEach(async () => {
    await stage.startOver();
  });

  afterAll(async () => {
    await stage.close();
  });

  // A host that is given up only after its time gets `TIMEOUT`.
  const cases: [HostFault, string, object][] = [
    ['missing', 'HOST_MISSING', {}],
    ['forbidden', 'HOST_FORBIDDEN', {}],
    ['crash', 'HOST_START_FAILED', {}],
    ['junk', 'HOST_ANSWER_INVALID', {}],
    ['older', 'VERSION_MISMATCH', { update: 'host' }],
    ['newer', 'VERSION_MISMATCH', { update: 'host' }],
    ['untrue', 'HOST_ANSWER_INVALID', {}],
  ];

  it.each(cases)(
    'gets, for a host that is %s, the error %s in time, until it is fixed',
    async (fault, name, details) => {
      stage.spoilHost(fault);
      const session = await WireSession.open(await stage.page());
      await stage.grant(['read']);
      expect((await session.initialize()).error?.data).toEqual({ name, details });
      expect((await session.initialize()).error?.data).toEqual({ name, details });
      stage.spoilHost();
      expect((await session.initialize()).error).toBeUndefined();
    },
  );

  it('is told that its host is still starting, and waits for it as long as its process lives', async () => {
    stage.spoilHost('silent');
    const session = await WireSession.open(await stage.page());
    await stage.grant(['read']);
    const answer = session.initialize();
    expect(await session.notified('$/progress')).toMatchObject({ params: { kind: 'waiting' } });
    expect((await answer).error?.data).toEqual({ name: 'TIMEOUT', details: {} });
    stage.spoilHost();
    expect((await session.initialize()).error).toBeUndefined();
  });

  it('is notified if its host crashes right after its answer, at once or a moment later', async () => {
    stage.spoilHost('crash-answered');
    const session = await WireSession.open(await stage.page());
    await stage.grant(['read']);
    const { error } = await session.initialize();
    expect(error?.data ?? (await session.endedBecause())).toEqual({ name: 'HOST_CRASHED', details: {} });
  });

  it('is notified if its host crashes between requests', async () => {
    stage.spoilHost('crash-later');
    const session = await stage.granted();
    expect(await session.endedBecause()).toEqual({ name: 'HOST_CRASHED', details: {} });
  });
});
