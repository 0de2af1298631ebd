import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  CHROMIUM_EXTENSION_ID,
  CardwrightError,
  PROTOCOL_RANGE,
  hostInitialized,
  message as messageSchema,
  seal,
  userRequests,
  validate,
  type Message,
  type Method,
  type Params,
  type PublicJwk,
  type PublicJwkSet,
  type Request,
  type Result,
} from '@cardwright/protocol';

const HOST = fileURLToPath(new URL('../../native-host/dist/main.js', import.meta.url));

/** What the user does in the PIN window; null closes it. */
export type Choice = () => string | null;

export interface Extension {
  readonly env: NodeJS.ProcessEnv;
  readonly origin: string;
  readonly cms: PublicJwkSet | null;
  readonly choosePin?: Choice;
}

/** The real host as a browser starts it, with the extension's side of the wire played by the test. */
export class HostProcess {
  /** Everything that went over the wire, both ways, and what the host wrote to its log. */
  readonly trace: string[] = [];
  nonce = '';
  private key: PublicJwk | undefined;
  private input = Buffer.alloc(0);
  private readonly waiting = new Map<string | number, (message: Message) => void>();
  private lastId = 0;

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly extension: Extension,
  ) {
    child.stdout.on('data', (chunk: Buffer) => {
      this.onData(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => this.trace.push(chunk.toString()));
  }

  /** Starts the host and opens the session. */
  static async start(extension: Extension): Promise<HostProcess> {
    const child = spawn(process.execPath, [HOST, `chrome-extension://${CHROMIUM_EXTENSION_ID}/`], {
      env: extension.env,
    });
    await once(child, 'spawn');
    const host = new HostProcess(child, extension);
    const { origin, cms } = extension;
    const answer = await host.request('initialize', {
      protocol: PROTOCOL_RANGE,
      sdk: '0',
      extension: '0',
      origin,
      cms,
    });
    const { session } = validate(hostInitialized, answer);
    host.nonce = session.nonce;
    host.key = session.key;
    return host;
  }

  /** What the CMS must know of this host to bind its steps to it. */
  get identity(): { nonce: string; key: PublicJwk } {
    if (this.key === undefined) throw new Error('the session is not open');
    return { nonce: this.nonce, key: this.key };
  }

  /** @throws CardwrightError as the host answers */
  async call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    return (await this.request(method, params)) as Result<M>;
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
    const answer = await new Promise<Message>((resolve, reject) => {
      this.waiting.set(id, resolve);
      this.child.once('exit', () => reject(new CardwrightError('HOST_CRASHED')));
      this.send({ jsonrpc: '2.0', id, method, params });
    });
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
    }
  }

  /** Plays the PIN window: seals what the user chose, bound as the design says. */
  private async answer({ id, method, params }: Request): Promise<void> {
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
      const context = { origin, operation, device: device.id, session: this.nonce, purpose };
      sealed[purpose] = await seal(new TextEncoder().encode(choice), this.identity.key, context);
    }
    this.send({ jsonrpc: '2.0', id, result: { sealed } });
  }
}
