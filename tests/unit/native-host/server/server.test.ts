import { beforeEach, describe, expect, it } from '@jest/globals';
import { CardwrightError, validate } from '@cardwright/protocol';
import type { CardFacts, DeviceInfo } from '@cardwright/protocol/devices';
import { PROTOCOL_RANGE, sessionIdOf, type Message } from '@cardwright/protocol/messages';
import { publicJwkSet, type PublicJwk, type PublicJwkSet } from '@cardwright/protocol/schemas';
import { signStep, type StepPayload } from '@cardwright/protocol/steps';
import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import { systemClock } from '../../../../native-host/src/clock.js';
import { Log } from '../../../../native-host/src/server/log.js';
import { HostServer } from '../../../../native-host/src/server/server.js';
import type { Handlers, HostServices } from '../../../../native-host/src/server/handlers.js';
import { NO_PASSKEYS } from '../../../support/extension-facts.js';

const ORIGIN = 'https://cms.example';
const DEVICE: DeviceInfo = {
  id: 'serial:1',
  provisional: false,
  reader: 'Reader 00 00',
  atr: 'OwA',
  state: 'ready',
  model: 'yubikey',
  modelName: 'YubiKey',
  firmware: '5.7.2',
  serial: '1',
  guid: '00112233-4455-6677-8899-aabbccddeeff',
  applications: ['piv'],
  capabilities: null,
  certificates: ['9A', '9E'],
  pin: null,
  puk: null,
  managementKey: null,
  fido2: null,
};
const CARD: CardFacts = { model: 'yubikey', serial: '1', guid: DEVICE.guid, certificates: ['9E', '9A'] };

/** A host without a card. Its handlers only report that they were reached. */
class Stage {
  readonly reached: string[] = [];
  readonly sent: Message[] = [];
  readonly gone = new AbortController();
  /** The host's log. */
  readonly logged: Record<string, unknown>[] = [];
  session = '';
  private server: HostServer | undefined;
  private waiting: (() => void)[] = [];

  private constructor(
    private readonly key: CryptoKey,
    private readonly keys: PublicJwkSet,
  ) {}

  static async open(handlers: (stage: Stage) => Handlers = touching): Promise<Stage> {
    const pair = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1', use: 'sig' };
    const stage = new Stage(pair.privateKey, validate(publicJwkSet, { keys: [jwk] }));
    const services: HostServices = {
      handlers: handlers(stage),
      openDevice: () => DEVICE,
      deviceGone: () => stage.gone.signal,
      onDevicesChanged: () => undefined,
      shutdown: () => Promise.resolve(),
      transmitting: () => false,
    };
    stage.server = await HostServer.create(
      services,
      (message) => stage.onSent(message as Message),
      () => undefined,
      { log: new Log((line) => stage.logged.push(JSON.parse(line) as Record<string, unknown>)), clock: systemClock },
    );
    return stage;
  }

  /** Sends a request and waits for its answer. */
  async ask(method: string, params: object = {}, id: string | number = `${method} ${this.sent.length}`) {
    this.server?.receive({ jsonrpc: '2.0', id, method, params });
    for (;;) {
      const answer = this.sent.find((message) => 'id' in message && message.id === id && !('method' in message));
      if (answer !== undefined) return answer as { result?: Record<string, unknown>; error?: { data: object } };
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  async initialize() {
    const answer = await this.ask('initialize', {
      protocol: PROTOCOL_RANGE,
      sdk: '1',
      extension: '1',
      origin: ORIGIN,
      cms: this.keys,
      ...NO_PASSKEYS,
    });
    const { key } = answer.result?.session as { key: PublicJwk };
    this.session = await sessionIdOf(key);
    return answer;
  }

  async step(change: Partial<StepPayload> = {}): Promise<string> {
    const payload: StepPayload = {
      origin: ORIGIN,
      operation: 'operation-1',
      number: 1,
      device: DEVICE.id,
      card: CARD,
      session: this.session,
      expires: Math.floor(Date.now() / 1000) + 60,
      commands: [
        { method: 'certificate.delete', params: { slot: '9A' } },
        { method: 'certificate.read', params: { slot: '9A' } },
      ],
      ...change,
    };
    return signStep(payload, this.key, 'k1');
  }

  receive(value: unknown): void {
    this.server?.receive(value);
  }

  private onSent(message: Message): void {
    this.sent.push(message);
    for (const resume of this.waiting.splice(0)) resume();
  }
}

const touching = (stage: Stage): Handlers => ({
  'certificate.delete': () => {
    stage.reached.push('certificate.delete');
    return Promise.resolve({});
  },
  'certificate.read': () => {
    stage.reached.push('certificate.read');
    return Promise.resolve({ certificate: null });
  },
});

const refusal = (name: string, details: object = expect.anything()) => ({
  error: expect.objectContaining({ data: { name, details } }) as object,
});

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

  it('reports that it is too old itself', async () => {
    const newer = { min: { major: 9, minor: 0 }, max: { major: 9, minor: 0 } };
    await expect(
      stage.ask('initialize', { protocol: newer, sdk: '1', extension: '1', origin: ORIGIN, cms: null, ...NO_PASSKEYS }),
    ).resolves.toMatchObject(refusal('VERSION_MISMATCH', { update: 'host' }));
  });

  it('refuses a manage command outside a step, but accepts a read command', async () => {
    await stage.initialize();
    await expect(stage.ask('certificate.delete', { slot: '9A' })).resolves.toMatchObject(refusal('STEP_REQUIRED'));
    expect(stage.reached).toEqual([]);
    await expect(stage.ask('certificate.read', { slot: '9A' })).resolves.toMatchObject({
      result: { certificate: null },
    });
  });

  it('refuses a secret sealed by the CMS outside a step', async () => {
    await stage.initialize();
    const pin = { source: 'cms', sealed: 'aa.bb.cc.dd.ee' };
    await expect(stage.ask('pin.verify', { secrets: { pin } })).resolves.toMatchObject(refusal('STEP_REQUIRED'));
  });

  it.each(['pin.change', 'pin.verify'] as const)(
    'refuses %s outside of steps with a PIN that a step left behind',
    async (method) => {
      await stage.initialize();
      const secrets = {
        pin: { source: 'session' },
        ...(method === 'pin.change' ? { newPin: { source: 'user' } } : {}),
      };
      const params = method === 'pin.change' ? { rules: null, secrets } : { secrets };
      await expect(stage.ask(method, params)).resolves.toMatchObject(refusal('STEP_REQUIRED'));
    },
  );

  it('runs the commands of a signed step in order', async () => {
    await stage.initialize();
    const { result } = await stage.ask('step.run', { jws: await stage.step() });
    expect(result).toEqual({
      outcomes: [
        { method: 'certificate.delete', result: {} },
        { method: 'certificate.read', result: { certificate: null } },
      ],
    });
    expect(stage.reached).toEqual(['certificate.delete', 'certificate.read']);
  });

  it.each<[string, string, Partial<StepPayload>]>([
    ['of another origin', 'origin', { origin: 'https://evil.example' }],
    ['of another session', 'session', { session: 'x'.repeat(43) }],
    ['for another device', 'device', { device: 'serial:2' }],
    ['for a card of another model', 'card', { card: { ...CARD, model: 'piv' } }],
    ['for a card whose serial number was hidden', 'card', { card: { ...CARD, serial: null } }],
    ['for a card whose GUID was hidden', 'card', { card: { ...CARD, guid: null } }],
    ['for a card whose certificates were hidden', 'card', { card: { ...CARD, certificates: [] } }],
    ['that has expired', 'expired', { expires: 1_700_000_000 }],
    ["with a command that is the page's", 'content', { commands: [{ method: 'device.close', params: {} }] }],
    ['with a name of the prototype', 'content', { commands: [{ method: 'constructor', params: {} }] }],
  ])('refuses a step %s and runs nothing of it', async (_, reason, change) => {
    await stage.initialize();
    const answer = await stage.ask('step.run', { jws: await stage.step(change) });
    expect(answer).toMatchObject(refusal('STEP_REFUSED', { reason }));
    expect(stage.reached).toEqual([]);
  });

  it('refuses a step with an invalid last command before running its first', async () => {
    await stage.initialize();
    const commands = [
      { method: 'certificate.delete', params: { slot: '9A' } },
      { method: 'certificate.read', params: { slot: '9B' } },
    ];
    await expect(stage.ask('step.run', { jws: await stage.step({ commands }) })).resolves.toMatchObject(
      refusal('INVALID_PARAMS'),
    );
    expect(stage.reached).toEqual([]);
  });

  it('refuses a repeated step, and an older one after a newer', async () => {
    await stage.initialize();
    const jws = await stage.step({ number: 5 });
    await stage.ask('step.run', { jws });
    for (const again of [jws, await stage.step({ number: 4 })]) {
      await expect(stage.ask('step.run', { jws: again })).resolves.toMatchObject(
        refusal('STEP_REFUSED', { reason: 'order' }),
      );
    }
    expect(stage.reached).toHaveLength(2);
  });

  it('refuses an altered step', async () => {
    await stage.initialize();
    const [header, payload, signature] = (await stage.step()).split('.');
    const decoded = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as StepPayload;
    const altered = Buffer.from(JSON.stringify({ ...decoded, number: 2 })).toString('base64url');
    await expect(stage.ask('step.run', { jws: [header, altered, signature].join('.') })).resolves.toMatchObject(
      refusal('STEP_REFUSED', { reason: 'signature' }),
    );
    expect(stage.reached).toEqual([]);
  });

  it('ends a step at its first error and keeps the earlier results', async () => {
    stage = await Stage.open((self) => ({
      ...touching(self),
      'certificate.write': () => Promise.reject(new Error('a defect that mentions 482913')),
    }));
    await stage.initialize();
    const commands = [
      { method: 'certificate.delete', params: { slot: '9A' } },
      { method: 'certificate.write', params: { slot: '9A', certificate: 'AA' } },
      { method: 'certificate.read', params: { slot: '9A' } },
    ];
    const { result } = await stage.ask('step.run', { jws: await stage.step({ commands }) });
    expect(result).toMatchObject({
      outcomes: [{ result: {} }, { method: 'certificate.write', error: { data: { name: 'INTERNAL' } } }],
    });
    expect(JSON.stringify(stage.sent)).not.toContain('482913');
    expect(stage.reached).toEqual(['certificate.delete']);
  });

  it.each([
    [new CardwrightError('CARD_REMOVED'), 'CARD_REMOVED', 'warn'],
    [new CardwrightError('PIN_INCORRECT', { retriesLeft: 2 }), 'PIN_INCORRECT', 'warn'],
    [new CardwrightError('LAST_TRY', { retriesLeft: 1 }), 'LAST_TRY', 'warn'],
    [new CardwrightError('USER_TIMEOUT'), 'USER_TIMEOUT', 'warn'],
    [new CardwrightError('CANCELLED'), 'CANCELLED', 'info'],
    [new Error('a defect that mentions 482913'), 'INTERNAL', 'warn'],
  ])('logs which command of a step failed with which code (%#)', async (thrown, code, level) => {
    stage = await Stage.open((self) => ({ ...touching(self), 'certificate.read': () => Promise.reject(thrown) }));
    await stage.initialize();
    await stage.ask('step.run', { jws: await stage.step() });
    const line = { event: 'refused', method: 'step.run', command: 'certificate.read', code, level };
    expect(stage.logged).toContainEqual(expect.objectContaining(line));
    expect(stage.logged).not.toContainEqual(expect.objectContaining({ event: 'answered', method: 'step.run' }));
    expect(JSON.stringify(stage.logged)).not.toContain('482913');
  });

  it('logs a step without a failure as answered', async () => {
    await stage.initialize();
    await stage.ask('step.run', { jws: await stage.step() });
    expect(stage.logged.at(-1)).toMatchObject({ event: 'answered', method: 'step.run' });
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
