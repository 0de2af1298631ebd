import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { CardwrightError, validate, type Method, type Params, type Result } from '@cardwright/protocol';
import { userRequests } from '@cardwright/protocol/command-definitions';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import {
  PROTOCOL_RANGE,
  hostInitialized,
  isNotification,
  message as messageSchema,
  sessionIdOf,
  type Message,
  type Notification,
  type Request,
} from '@cardwright/protocol/messages';
import type { PublicJwk, PublicJwkSet } from '@cardwright/protocol/schemas';
import { seal } from '@cardwright/protocol/sealing';
import { HOST_PROGRAM, until } from '@cardwright/stage';
import { NO_PASSKEYS } from './extension-facts.js';

/** Returns the user's input in the PIN window; null closes it. */
export type Choice = () => string | null;

export interface Extension {
  readonly env: NodeJS.ProcessEnv;
  readonly origin: string;
  readonly cms: PublicJwkSet | null;
  readonly choosePin?: Choice;
  /** Set when the user confirms erasures; by default the user refuses them. */
  readonly confirms?: boolean;
  /** Another program to start as the host; by default the one that browsers start. */
  readonly command?: readonly [program: string, ...args: string[]];
}

/** The real host as a browser starts it, with the extension's side of the wire played by the test. */
export class HostProcess {
  /** Every message on the wire, in both directions, and the host's log. */
  readonly trace: string[] = [];
  /** The id of its session, from its key. */
  session = '';
  /** The card's facts for the CMS, from the latest `device.open` or erasure in a step. */
  opened: DeviceInfo | undefined;
  private key: PublicJwk | undefined;
  private input = Buffer.alloc(0);
  /** The host's notifications: `device.changed`, `$/progress`. */
  readonly notifications: Notification[] = [];
  private readonly notified = new Set<() => void>();
  private readonly waiting = new Map<string | number, (message: Message | undefined) => void>();
  private lastId = 0;

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly extension: Extension,
  ) {
    child.stdout.on('data', (chunk: Buffer) => {
      this.onData(chunk);
    });
    child.once('exit', () => {
      for (const resolve of this.waiting.values()) resolve(undefined);
    });
    child.stdin.on('error', () => this.trace.push('the host has closed its input'));
    child.stderr.on('data', (chunk: Buffer) => this.trace.push(chunk.toString()));
  }

  /** Starts the host and opens the session. */
  static async start(extension: Extension): Promise<HostProcess> {
    const caller = `chrome-extension://${CHROMIUM_EXTENSION_ID}/`;
    const [program, ...args] = extension.command ?? [process.execPath, HOST_PROGRAM, caller];
    const child = spawn(program, args, { env: extension.env });
    await once(child, 'spawn');
    const host = new HostProcess(child, extension);
    const { origin, cms } = extension;
    const answer = await host.request('initialize', {
      protocol: PROTOCOL_RANGE,
      sdk: '0',
      extension: '0',
      origin,
      cms,
      ...NO_PASSKEYS,
    });
    const { session } = validate(hostInitialized, answer);
    host.session = await sessionIdOf(session.key);
    host.key = session.key;
    return host;
  }

  /** The facts of this host to which the CMS binds its steps. */
  get identity(): { key: PublicJwk } {
    if (this.key === undefined) throw new Error('the session is not open');
    return { key: this.key };
  }

  /** @throws CardwrightError if the host answers with an error */
  async call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    const result = (await this.request(method, params)) as Result<M>;
    if ('device' in result) this.opened = result.device;
    return result;
  }

  /** Waits for a matching notification: an earlier one, or the next. */
  async told(isLike: (notification: Notification) => boolean): Promise<Notification> {
    for (;;) {
      const found = this.notifications.find(isLike);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.notified.add(resolve));
    }
  }

  /** Ends the input at once, as a closed page does, without waiting. */
  endInput(): void {
    this.child.stdin.end();
  }

  /** Waits until the host has noticed the end of its input, which it logs. */
  async noticesEndOfInput(): Promise<void> {
    await until(() => this.trace.some((line) => line.includes('"event":"input ended"')), {
      what: 'a host that has noticed the end of its input',
    });
  }

  /** Kills the host without warning. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Waits for the end of the process. Returns its exit code or signal. */
  async ended(): Promise<number | NodeJS.Signals | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    return this.child.exitCode ?? this.child.signalCode;
  }

  /** Ends the host as a browser does when the page is closed, and waits until it is gone. */
  async close(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.stdin.end();
      await once(this.child, 'exit');
    }
    return this.child.exitCode;
  }

  private async request(method: string, params: object): Promise<unknown> {
    const id = ++this.lastId;
    const answer = await new Promise<Message | undefined>((resolve) => {
      this.waiting.set(id, resolve);
      this.send({ jsonrpc: '2.0', id, method, params });
    });
    this.waiting.delete(id);
    if (answer === undefined) throw new CardwrightError('HOST_CRASHED');
    if ('error' in answer) throw CardwrightError.fromWire(answer.error);
    return 'result' in answer ? answer.result : undefined;
  }

  private send(message: object): void {
    const body = Buffer.from(JSON.stringify(message));
    this.trace.push(body.toString());
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    this.child.stdin.write(Buffer.concat([length, body]));
  }

  private onData(chunk: Buffer): void {
    this.input = Buffer.concat([this.input, chunk]);
    while (this.input.length >= 4 && this.input.length >= 4 + this.input.readUInt32LE()) {
      const end = 4 + this.input.readUInt32LE();
      const body = this.input.subarray(4, end).toString();
      this.input = this.input.subarray(end);
      this.trace.push(body);
      const message = validate(messageSchema, JSON.parse(body));
      if ('method' in message && 'id' in message) void this.answer(message);
      else if ('id' in message && message.id !== null) this.waiting.get(message.id)?.(message);
      else if (isNotification(message)) this.onNotification(message);
    }
  }

  private onNotification(notification: Notification): void {
    this.notifications.push(notification);
    for (const resume of this.notified) resume();
    this.notified.clear();
  }

  /** Plays the PIN window: seals the user's choice, bound as docs/architecture.md says. */
  private async answer({ id, method, params }: Request): Promise<void> {
    if (method === 'user.confirm' && this.extension.confirms) {
      this.send({ jsonrpc: '2.0', id, result: {} });
      return;
    }
    if (method === 'user.confirm') {
      this.send({ jsonrpc: '2.0', id, error: new CardwrightError('USER_CANCELLED').toWire() });
      return;
    }
    if (method !== 'user.enterSecrets') throw new Error(`the host asks for ${method}`);
    const { device, operation, secrets } = validate(userRequests[method].params, params);
    const choice = this.extension.choosePin?.() ?? null;
    if (choice === null) {
      this.send({ jsonrpc: '2.0', id, error: new CardwrightError('USER_CANCELLED').toWire() });
      return;
    }
    const sealed: Record<string, string> = {};
    for (const purpose of secrets) {
      const { origin } = this.extension;
      const context = { origin, operation, device: device.id, session: this.session, purpose };
      sealed[purpose] = await seal(new TextEncoder().encode(choice), this.identity.key, context);
    }
    this.send({ jsonrpc: '2.0', id, result: { sealed } });
  }
}
