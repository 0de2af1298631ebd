import { spawn } from 'node:child_process';
import { randomBytes, type KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PATIENCE_MS } from '../patience.js';

const OUTPUT = 'output';
const KEY = 'key.pem';
/** The environment variable with the password of the file `key.pem`. */
const PASSWORD = 'IPHONE_KEY_PASSWORD';

export interface OpensslInput {
  /** Files that are written into the working folder of openssl, by name. */
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
  /** The key that is written to `key.pem`. The file is encrypted, so that no key is on the disk in the clear. */
  readonly key?: KeyObject;
}

/** The error when openssl fails. openssl fails when it refuses an input, and is thus an independent check of what the portal sent. */
export class OpensslRefusal extends Error {}

/**
 * Runs openssl in a folder of its own.
 *
 * @param args arguments of openssl, with file names relative to that folder
 * @returns the content of the file `output` if the arguments name it; otherwise what openssl printed
 * @throws OpensslRefusal with the message of openssl
 */
export async function openssl(args: readonly string[], { files = {}, key }: OpensslInput = {}): Promise<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cardwright-iphone-'));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
    const password = randomBytes(16).toString('hex');
    if (key) await writeFile(path.join(folder, KEY), encrypted(key, password));
    const printed = await run([...args, ...(key ? ['-passin', `env:${PASSWORD}`] : [])], folder, password);
    return args.includes(OUTPUT) ? await readFile(path.join(folder, OUTPUT)) : printed;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** True if openssl succeeds, false if it fails (`OpensslRefusal`). */
export async function opensslAccepts(args: readonly string[], input: OpensslInput): Promise<boolean> {
  try {
    await openssl(args, input);
    return true;
  } catch (error) {
    if (error instanceof OpensslRefusal) return false;
    throw error;
  }
}

const encrypted = (key: KeyObject, passphrase: string): string | Buffer =>
  key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase });

function run(args: readonly string[], cwd: string, password: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('openssl', args, {
      cwd,
      env: { ...process.env, [PASSWORD]: password },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: PATIENCE_MS,
    });
    const printed: Buffer[] = [];
    const words: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => words.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(printed));
      else reject(new OpensslRefusal(`openssl ${args[0] ?? ''}: ${Buffer.concat(words).toString().trim()}`));
    });
  });
}
