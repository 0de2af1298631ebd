import { validate, type ErrorCode } from '@cardwright/protocol';
import { userRequests } from '@cardwright/protocol/command-definitions';
import { deviceListing, type CardFacts } from '@cardwright/protocol/devices';
import {
  hostInitialized,
  isRequest,
  isResponse,
  message as messageSchema,
  PROTOCOL_RANGE,
  sessionIdOf,
  type Request,
} from '@cardwright/protocol/messages';
import { publicJwkSet, type PublicJwk, type PublicJwkSet } from '@cardwright/protocol/schemas';
import { PURPOSES, seal, type Purpose } from '@cardwright/protocol/sealing';
import { signStep } from '@cardwright/protocol/steps';
import { createHostServer, Log, type Clock, type HostServer } from '@cardwright/native-host/in-process';
import type { CardInReader } from '@cardwright/virtual-card';
import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import * as v from 'valibot';
import { ReaderBoard, type ReaderProcess } from '../../simulation/support/reader-board.js';
import { NO_PASSKEYS } from '../../support/extension-facts.js';
import { QuickClock } from './quick-clock.js';

const READER = 'Fuzzed Reader 00 00';
const ORIGIN = 'https://cms.example';
const OPERATION = 'aaaaaaaa';
const SECONDS_OF_A_STEP = 60;
/** What the user types, and the CMS seals. */
const PIN = '739164';

/** The CMS of every host. */
export interface FuzzedCms {
  readonly key: CryptoKey;
  readonly keys: PublicJwkSet;
}

export async function makeCms(): Promise<FuzzedCms> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', use: 'sig' };
  return { key: privateKey, keys: validate(publicJwkSet, { keys: [jwk] }) };
}

/** The end of a request: a result, or the code of an error. */
export type Ended = { readonly result: unknown } | { readonly code: ErrorCode };

const listing = v.object({ device: v.unknown() });
const sealedByCms = v.object({ source: v.literal('cms'), sealed: v.string() });

/** A host with one card in its only reader. Its answers are judged: none may be a defect, or in another form than the protocol says. */
export class FuzzedHost {
  readonly faults: string[] = [];
  readonly #waiting = new Map<unknown, (ended: Ended) => void>();
  #server: HostServer | undefined;
  #process: ReaderProcess | undefined;
  #hostKey: PublicJwk | undefined;
  #session = '';
  #last = 0;
  #steps = 0;
  /** Messages of any kind that may still be answered. */
  #strange = 0;
  #opened: (CardFacts & { readonly id: string }) | undefined;

  private constructor(
    private readonly cms: FuzzedCms,
    private readonly clock: Clock,
  ) {}

  static async start(card: CardInReader | null, cms: FuzzedCms, clock: Clock = new QuickClock()): Promise<FuzzedHost> {
    const host = new FuzzedHost(cms, clock);
    const board = new ReaderBoard([READER]);
    if (card) board.insert(READER, card);
    const process = board.process();
    host.#process = process;
    host.#server = await createHostServer({
      loadBinding: () => Promise.resolve(process.binding),
      send: (message) => void host.#fromHost(message),
      die: () => host.#end(),
      log: new Log((line) => host.#logged(line)),
      clock,
    });
    const greeted = await host.ask('initialize', {
      protocol: PROTOCOL_RANGE,
      sdk: '1',
      extension: '1',
      origin: ORIGIN,
      cms: cms.keys,
      ...NO_PASSKEYS,
    });
    const { session } = validate(hostInitialized, 'result' in greeted ? greeted.result : null);
    host.#hostKey = session.key;
    host.#session = await sessionIdOf(session.key);
    return host;
  }

  /** Sends a request with whatever parameters. */
  ask(method: string, params: unknown): Promise<Ended> {
    const id = (this.#last += 1);
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#server?.receive({ jsonrpc: '2.0', id, method, params });
    });
  }

  /** Sends what need not be a message. It is answered once at most. */
  send(value: unknown): void {
    this.#strange += 1;
    this.#server?.receive(value);
  }

  /** Lists the devices, and opens the first. Returns null if none can be opened. */
  async open(): Promise<object | null> {
    const listed = await this.ask('device.list', {});
    const [device] = 'result' in listed ? validate(deviceListing, listed.result).devices : [];
    if (!device) return null;
    const opened = await this.ask('device.open', { device: device.id });
    if (!('result' in opened) || !v.is(listing, opened.result)) return null;
    const { id, model, serial, guid, certificates } = device;
    this.#opened = { id, model, serial, guid, certificates };
    return this.#opened;
  }

  /** Runs one command in a step that the CMS has signed, with secrets that it has sealed. */
  async step(method: string, params: Readonly<Record<string, unknown>>): Promise<Ended> {
    const { id: device, ...card } = this.#opened ?? NO_CARD;
    const sealed = validate(v.record(v.string(), v.unknown()), await this.#withSealed(params, device));
    const payload = {
      origin: ORIGIN,
      operation: OPERATION,
      number: (this.#steps += 1),
      device,
      card,
      session: this.#session,
      expires: Math.floor(this.clock.now() / 1000) + SECONDS_OF_A_STEP,
      commands: [{ method, params: sealed }],
    };
    return this.ask('step.run', { jws: await signStep(payload, this.cms.key, 'k1') });
  }

  async close(): Promise<void> {
    await Promise.race([this.#server?.close(), new Promise<void>((resolve) => this.clock.after(60_000, resolve))]);
    await this.#process?.kill();
  }

  #end(): void {
    for (const resolve of this.#waiting.values()) resolve({ code: 'HOST_CRASHED' });
    this.#waiting.clear();
  }

  #logged(line: string): void {
    if (line.includes('"event":"defect"')) this.faults.push(line);
  }

  async #fromHost(sent: object): Promise<void> {
    const message = v.safeParse(messageSchema, JSON.parse(JSON.stringify(sent)));
    if (!message.success) this.faults.push(`no message: ${JSON.stringify(sent).slice(0, 500)}`);
    else if (isRequest(message.output)) await this.#answerForUser(message.output);
    else if (isResponse(message.output)) {
      const { output } = message;
      // What is no request is answered without its id. Requests are sent one by one.
      const id = output.id ?? this.#last;
      const end = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (!end && this.#strange > 0) this.#strange -= 1;
      else if (!end) this.faults.push(`an answer to nothing: ${JSON.stringify(sent).slice(0, 500)}`);
      else if ('error' in output) end({ code: this.#judged(output.error.data.name as ErrorCode) });
      else end({ result: output.result });
    }
  }

  #judged(code: ErrorCode): ErrorCode {
    if (code === 'INTERNAL') this.faults.push('INTERNAL');
    return code;
  }

  /** Plays a user who types a PIN and confirms everything. */
  async #answerForUser({ id, method, params }: Request): Promise<void> {
    const question = v.safeParse(
      v.object({
        secrets: v.array(v.picklist(PURPOSES)),
        device: v.object({ id: v.string() }),
        operation: v.nullable(v.string()),
      }),
      params,
    );
    if (method === 'user.enterSecrets' && question.success) {
      const { secrets, device, operation } = question.output;
      const sealed = await Promise.all(
        secrets.map(async (purpose) => [purpose, await this.#seal(purpose, device.id, operation)] as const),
      );
      this.#server?.receive({ jsonrpc: '2.0', id, result: { sealed: Object.fromEntries(sealed) } });
    } else if (method === 'user.confirm') this.#server?.receive({ jsonrpc: '2.0', id, result: {} });
    else this.#server?.receive({ jsonrpc: '2.0', id, result: {} });
    if (!Object.hasOwn(userRequests, method)) this.faults.push(`an unknown question: ${method}`);
  }

  async #seal(purpose: Purpose, device: string, operation: string | null): Promise<string> {
    if (!this.#hostKey) throw new Error('the host has no key yet');
    const context = { origin: ORIGIN, operation, device, session: this.#session, purpose };
    return seal(new TextEncoder().encode(PIN), this.#hostKey, context);
  }

  /** Seals each secret of the CMS, for the purpose that its member is named after. */
  async #withSealed(value: unknown, device: string, name = ''): Promise<unknown> {
    if (Array.isArray(value)) return Promise.all(value.map((one) => this.#withSealed(one, device)));
    if (typeof value !== 'object' || value === null) return value;
    const purpose = PURPOSES.find((one) => one === name);
    if (purpose !== undefined && v.is(sealedByCms, value) && value.sealed === 'a.b.c.d.e')
      return { ...value, sealed: await this.#seal(purpose, device, OPERATION) };
    const members = Object.entries(value).map(
      async ([member, inside]) => [member, await this.#withSealed(inside, device, member)] as const,
    );
    return Object.fromEntries(await Promise.all(members));
  }
}

const NO_CARD: CardFacts & { readonly id: string } = {
  id: 'serial:1',
  model: 'piv',
  serial: null,
  guid: null,
  certificates: [],
};
