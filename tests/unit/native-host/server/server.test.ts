import { beforeEach, describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import type { DeviceListing } from '@cardwright/protocol/devices';
import { PROTOCOL_RANGE, type Message } from '@cardwright/protocol/messages';
import { NO_PASSKEYS } from '../../../support/extension-facts.js';
import { DEVICE, ORIGIN, refusal, Stage } from './host-stage.js';

describe('the host', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.open();
  });

  it('answers nothing before initialize, and accepts initialize once', async () => {
    await expect(stage.ask('certificate.read', { slot: '9A' })).resolves.toMatchObject(refusal('NOT_INITIALIZED'));
    await stage.initialize();
    await expect(
      stage.ask('initialize', {
        protocol: PROTOCOL_RANGE,
        sdk: '1',
        extension: '1',
        origin: 'https://evil.example',
        cms: null,
        ...NO_PASSKEYS,
      }),
    ).resolves.toMatchObject(refusal('ALREADY_INITIALIZED'));
  });

  it('lists the capabilities that it has handlers for', async () => {
    const { result } = await stage.initialize();
    expect(result?.capabilities).toEqual(['session', 'step', 'policy', 'piv']);
  });

  it.each([
    ['3.1', { major: 3, minor: 1 }, false],
    ['3.2', { major: 3, minor: 2 }, true],
  ])('does not tell an extension of before protocol 3.2 what a device looks like: %s', async (_, max, isTold) => {
    const listing: DeviceListing = { readers: [], devices: [{ ...DEVICE, drawing: 'key' }] };
    stage = await Stage.open(() => ({ 'device.list': () => Promise.resolve(listing) }));
    await stage.initialize({ min: { major: 3, minor: 0 }, max });
    await stage.ask('device.list');
    stage.devicesChanged(listing);
    const listings = stage.sent.map((message) => JSON.stringify(message)).filter((text) => text.includes('serial:1'));
    expect(listings).toHaveLength(2);
    expect(listings.filter((text) => text.includes('"drawing":"key"'))).toEqual(isTold ? listings : []);
  });

  it('reports that it is too old itself', async () => {
    const newer = { min: { major: 9, minor: 0 }, max: { major: 9, minor: 0 } };
    await expect(
      stage.ask('initialize', { protocol: newer, sdk: '1', extension: '1', origin: ORIGIN, cms: null, ...NO_PASSKEYS }),
    ).resolves.toMatchObject(refusal('VERSION_MISMATCH', { update: 'host' }));
  });

  it.each([
    ['junk', 'junk'],
    ['an array', []],
    ['another JSON-RPC', { jsonrpc: '1.0', id: 1, method: 'initialize' }],
    ['a request with a stray member', { jsonrpc: '2.0', id: 1, method: 'initialize', extra: true }],
  ])('answers %s with INVALID_MESSAGE and continues', async (_, value) => {
    stage.receive(value);
    expect(stage.sent).toEqual([{ jsonrpc: '2.0', id: null, ...refusal('INVALID_MESSAGE', {}) }]);
    await expect(stage.initialize()).resolves.toHaveProperty('result');
  });

  it.each(['constructor', '__proto__', 'toString', 'device.explode', 'access.request'])(
    'knows no command %s',
    async (method) => {
      await stage.initialize();
      await expect(stage.ask(method)).resolves.toMatchObject(refusal('METHOD_NOT_FOUND'));
    },
  );

  describe('a command that needs the user', () => {
    beforeEach(async () => {
      stage = await Stage.open(() => ({
        'pin.verify': async (_params, context) => {
          await context.askUser('user.confirm', { action: 'erase', device: {} } as never);
          return {};
        },
      }));
      await stage.initialize();
    });

    const isQuestion = (message: Message) => 'method' in message && message.method === 'user.confirm';
    const ask = async () => {
      const answer = stage.ask('pin.verify', { secrets: { pin: { source: 'user' } } }, 7);
      for (let turn = 0; turn < 20 && !stage.sent.some(isQuestion); turn++) await Promise.resolve();
      expect(stage.sent.find(isQuestion)).toHaveProperty('id', 'host-1');
      return { answer };
    };

    it('reports when it waits for the user and when it continues', async () => {
      const { answer } = await ask();
      stage.receive({ jsonrpc: '2.0', id: 'host-1', result: {} });
      await expect(answer).resolves.toHaveProperty('result');
      const told = stage.sent.filter((message) => 'method' in message && message.method === '$/progress');
      expect(told).toMatchObject(
        ['user', 'command'].map((kind) => ({ params: { id: 7, kind, method: 'pin.verify' } })),
      );
    });

    it('withdraws its question when the device is gone, and says why', async () => {
      const { answer } = await ask();
      stage.gone.abort(new CardwrightError('CARD_REMOVED'));
      await expect(answer).resolves.toMatchObject(refusal('CARD_REMOVED'));
      expect(stage.sent).toContainEqual({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 'host-1' } });
    });

    it('withdraws its question when the command is cancelled', async () => {
      const { answer } = await ask();
      stage.receive({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 7 } });
      await expect(answer).resolves.toMatchObject(refusal('CANCELLED'));
      expect(stage.sent).toContainEqual({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 'host-1' } });
      expect(stage.sent.at(-1)).not.toHaveProperty('params.kind', 'command');
    });
  });
});
