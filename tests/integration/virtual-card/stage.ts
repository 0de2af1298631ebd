import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type PrivatePcscd, startPrivatePcscd } from '@cardwright/stage';
import { insertCard, type InsertOptions, type ProfileName, type VirtualCard } from '@cardwright/virtual-card';

/** A program's output, standard and error, and whether it succeeded. */
export interface Outcome {
  readonly ok: boolean;
  readonly text: string;
}

/** The answer of python3-fido2; see fido_client.py. */
export type FidoAnswer = Readonly<Record<string, unknown>>;

const TOOL_TIMEOUT_MS = 60_000;
const FIDO_CLIENT = fileURLToPath(new URL('fido_client.py', import.meta.url));

/** A private pcscd, a folder, virtual cards in its first reader, and programs that nobody here wrote. */
export class Stage {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'cardwright-stage-'));
  readonly #cards: VirtualCard[] = [];
  /** Exceptions inside the cards: a test that ends with any has found a defect. */
  readonly defects: unknown[] = [];

  private constructor(readonly pcscd: PrivatePcscd) {}

  static async open(): Promise<Stage> {
    return new Stage(await startPrivatePcscd());
  }

  get reader(): { name: string; port: number } {
    const [reader] = this.pcscd.readers;
    if (!reader) throw new Error('the private pcscd has no reader');
    return reader;
  }

  async insert(profile: ProfileName, name: string, options: Partial<InsertOptions> = {}): Promise<VirtualCard> {
    const stateFile = this.file(`${name}.card`);
    const card = await insertCard({ port: this.reader.port, profile, stateFile, ...options });
    card.on('defect', (error) => this.defects.push(error));
    this.#cards.push(card);
    return card;
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  write(name: string, content: string | Buffer): string {
    writeFileSync(this.file(name), content);
    return this.file(name);
  }

  ykman(...args: string[]): Promise<Outcome> {
    return this.run('ykman', ['--reader', this.reader.name, ...args]);
  }

  yubicoPivTool(...args: string[]): Promise<Outcome> {
    return this.run('yubico-piv-tool', ['-r', this.reader.name, ...args]);
  }

  pkcs11Tool(...args: string[]): Promise<Outcome> {
    return this.run('pkcs11-tool', ['--module', 'opensc-pkcs11.so', ...args]);
  }

  /** Runs OpenSC's piv-tool, which reads the management key from a file. */
  pivTool(...args: string[]): Promise<Outcome> {
    const key = this.write('management-key', Array(3).fill('01:02:03:04:05:06:07:08').join(':'));
    return this.run('piv-tool', ['--reader', this.reader.name, ...args], { PIV_EXT_AUTH_KEY: key });
  }

  /** Runs a command of python3-fido2 on the FIDO2 application. PINs are in `order`, which no command line shows. */
  async fido(command: string, order: FidoAnswer = {}): Promise<FidoAnswer> {
    const args = ['--reader', this.reader.name, command];
    const { text } = await this.run(FIDO_CLIENT, args, {}, JSON.stringify(order));
    const answer: unknown = JSON.parse(text.split('\n', 1)[0] ?? '');
    return typeof answer === 'object' && answer !== null ? { ...answer } : {};
  }

  /** Runs several commands, each `[command, order]`, in one program, because its start takes long. */
  async fidoSteps(...steps: readonly (readonly [string, FidoAnswer?])[]): Promise<readonly FidoAnswer[]> {
    const { answers } = await this.fido('steps', { steps: steps.map(([command, order]) => ({ ...order, command })) });
    const given: readonly unknown[] = Array.isArray(answers) ? answers : [];
    return given.map((answer) => (typeof answer === 'object' && answer !== null ? { ...answer } : {}));
  }

  openssl(...args: string[]): Promise<Outcome> {
    return this.run('openssl', args);
  }

  /** Lets OpenSC sign with the key of this id, and openssl verify. `publicKey` is a PEM file. */
  async signAndVerify(id: string, mechanism: string, publicKey: string, pin: string): Promise<Outcome> {
    const message = this.write('message', `signed with key ${id}`);
    const signature = this.file('signature');
    const format = mechanism.startsWith('ECDSA') ? ['--signature-format', 'openssl'] : [];
    const signed = await this.pkcs11Tool(
      ...['--login', '--pin', pin, '--sign', '--id', id, '--mechanism', mechanism, ...format],
      ...['--input-file', message, '--output-file', signature],
    );
    if (!signed.ok) return signed;
    return this.openssl('dgst', '-sha256', '-verify', publicKey, '-signature', signature, message);
  }

  async run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Promise<Outcome> {
    const running = promisify(execFile)(program, args, {
      cwd: this.folder,
      env: { ...this.pcscd.env, ...env },
      timeout: TOOL_TIMEOUT_MS,
    });
    // A program that reads no input may have ended before it gets any.
    running.child.stdin?.on('error', () => undefined).end(input);
    return running.then(
      ({ stdout, stderr }) => ({ ok: true, text: stdout + stderr }),
      (error: unknown) => ({ ok: false, text: failureText(error) }),
    );
  }

  async close(): Promise<void> {
    for (const card of this.#cards) await card.pull();
    await this.pcscd.stop();
    rmSync(this.folder, { recursive: true });
  }
}

function failureText(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const [stdout, stderr, message] = ['stdout', 'stderr', 'message'].map((name) => String(Reflect.get(error, name)));
  return [stdout, stderr, message].join('\n');
}
