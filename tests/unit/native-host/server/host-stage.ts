import { expect } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import type { CardFacts, DeviceInfo, DeviceListing } from '@cardwright/protocol/devices';
import { PROTOCOL_RANGE, sessionIdOf, type Message } from '@cardwright/protocol/messages';
import { publicJwkSet, type PublicJwk, type PublicJwkSet } from '@cardwright/protocol/schemas';
import { signStep, type StepPayload } from '@cardwright/protocol/steps';
import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import { systemClock } from '../../../../native-host/src/clock.js';
import { Log } from '../../../../native-host/src/server/log.js';
import { HostServer } from '../../../../native-host/src/server/server.js';
import type { Handlers, HostServices } from '../../../../native-host/src/server/handlers.js';
import { NO_PASSKEYS } from '../../../support/extension-facts.js';

export const ORIGIN = 'https://cms.example';
export const DEVICE: DeviceInfo = {
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
export const CARD: CardFacts = { model: 'yubikey', serial: '1', guid: DEVICE.guid, certificates: ['9E', '9A'] };

/** A host without a card. */
export class Stage {
  readonly reached: string[] = [];
  readonly sent: Message[] = [];
  readonly gone = new AbortController();
  /** The host's log. */
  readonly logged: Record<string, unknown>[] = [];
  session = '';
  devicesChanged: (listing: DeviceListing) => void = () => undefined;
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
      onDevicesChanged: (listener) => {
        stage.devicesChanged = listener;
      },
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

  async initialize(protocol = PROTOCOL_RANGE) {
    const answer = await this.ask('initialize', {
      protocol,
      sdk: '1',
      extension: '1',
      origin: ORIGIN,
      cms: this.keys,
      ...NO_PASSKEYS,
    });
    const { session } = answer.result as { session: { key: PublicJwk } };
    this.session = await sessionIdOf(session.key);
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

/** Handlers that only note that they were reached. */
export const touching = (stage: Stage): Handlers => ({
  'certificate.delete': () => {
    stage.reached.push('certificate.delete');
    return Promise.resolve({});
  },
  'certificate.read': () => {
    stage.reached.push('certificate.read');
    return Promise.resolve({ certificate: null });
  },
});

/** Matches the answer to a refused request. */
export const refusal = (name: string, details: object = expect.anything()) => ({
  error: expect.objectContaining({ data: { name, details } }) as object,
});
