import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PATIENCE_MS } from './patience.js';

const run = promisify(execFile);
const OPENSC_MODULE = 'opensc-pkcs11.so';

/** The result of a program that has ended. */
export interface Answer {
  readonly succeeded: boolean;
  /** Standard output, then standard error. If a failed program wrote neither, the error's message. */
  readonly text: string;
}

/** OpenSC's ids of the PIV slots: 01 to 04 for 9A, 9C, 9D and 9E. */
export const OPENSC_ID = { '9A': '01', '9C': '02', '9D': '03', '9E': '04' } as const;

/**
 * Independent programs that examine a card: ykman, yubico-piv-tool, OpenSC and openssl. They receive a PIN through their environment or
 * their input, never on their command line.
 */
export class IndependentTools {
  /**
   * @param env environment of the programs, in which `PCSCLITE_CSOCK_NAME` selects the pcscd
   * @param reader the reader's name in PC/SC
   */
  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly reader: string,
  ) {}

  /** Runs `ykman piv info`, which prints versions, tries, the management key's properties, and the certificate of each slot. */
  ykmanInfo(): Promise<Answer> {
    return this.ask('ykman', ['--reader', this.reader, 'piv', 'info']);
  }

  /** Runs `yubico-piv-tool -a status`. */
  yubicoStatus(): Promise<Answer> {
    return this.ask('yubico-piv-tool', ['-r', this.reader, '-a', 'status']);
  }

  /** Runs `yubico-piv-tool -a verify-pin`. */
  yubicoVerifyPin(pin: string): Promise<Answer> {
    return this.ask('yubico-piv-tool', ['-r', this.reader, '-a', 'verify-pin', '--stdin-input'], `${pin}\n`);
  }

  /**
   * True if the card accepts a management key (hexadecimal). yubico-piv-tool gets the key on its command line. If the card accepts the key, the tool
   * writes a new CHUID.
   */
  async acceptsManagementKey(key: string): Promise<boolean> {
    const answer = await this.ask('yubico-piv-tool', ['-r', this.reader, '-a', 'set-chuid', `--key=${key}`]);
    return answer.succeeded;
  }

  /**
   * True if the card refuses a PUK as wrong or blocked. Sends a CHANGE REFERENCE DATA that replaces the PUK with itself (SP 800-73-4 Part 2, 3.2.2).
   * A wrong PUK spends a try. Only for PUKs of eight characters that are public, because the PUK is on the command line.
   */
  async refusesPuk(puk: string): Promise<boolean> {
    const select = '00:A4:04:00:05:A0:00:00:03:08:00';
    const data = hex(puk + puk);
    const change = `00:24:00:81:10:${data}`;
    const answer = await this.ask('opensc-tool', [
      '--reader',
      this.reader,
      '--send-apdu',
      select,
      '--send-apdu',
      change,
    ]);
    return /SW1=0x63|SW1=0x69, SW2=0x83/.test(answer.text);
  }

  /**
   * True if the card accepts a PUK. Runs `yubico-piv-tool -a change-puk`, which replaces the PUK with itself; a wrong PUK spends a try. While the
   * tool runs, the PUK is on its command line. The tool does not print the PUK.
   */
  async takesPuk(puk: string): Promise<boolean> {
    const answer = await this.ask('yubico-piv-tool', ['-r', this.reader, '-a', 'change-puk', '-P', puk, '-N', puk]);
    return answer.succeeded;
  }

  /** Runs `opensc-tool --name`. */
  openscName(): Promise<Answer> {
    return this.ask('opensc-tool', ['--reader', this.reader, '--name']);
  }

  /** Runs `pkcs11-tool --list-objects --type cert` without a login. */
  openscObjects(): Promise<Answer> {
    return this.ask('pkcs11-tool', ['--module', OPENSC_MODULE, '--list-objects', '--type', 'cert']);
  }

  /** Runs `pkcs11-tool --login --list-objects`, which succeeds only with the right PIN. */
  openscLogin(pin: string): Promise<Answer> {
    return this.ask(
      'pkcs11-tool',
      ['--module', OPENSC_MODULE, '--login', '--pin', 'env:CARD_PIN', '--list-objects'],
      '',
      {
        CARD_PIN: pin,
      },
    );
  }

  /** Reads the certificate of a slot through OpenSC's PKCS #11 module, and returns it as PEM. Throws if the slot has no certificate. */
  async openscCertificate(slot: keyof typeof OPENSC_ID): Promise<string> {
    return inFolder(async (folder) => {
      const der = join(folder, 'certificate.der');
      await this.ask('pkcs11-tool', [
        ...[
          '--module',
          OPENSC_MODULE,
          '--read-object',
          '--type',
          'cert',
          '--id',
          OPENSC_ID[slot],
          '--output-file',
          der,
        ],
      ]);
      const pem = await this.ask('openssl', ['x509', '-inform', 'DER', '-in', der]);
      if (!pem.succeeded) throw new Error(`OpenSC reads no certificate in ${slot}: ${pem.text}`);
      return pem.text;
    });
  }

  /**
   * Lets the card sign a challenge through OpenSC's PKCS #11 module, and verifies the signature with openssl and the slot's certificate. Returns the
   * answer of openssl. If the signing fails, returns the answer of pkcs11-tool instead.
   */
  async signAndVerify(slot: keyof typeof OPENSC_ID, pin: string, kind: 'RSA' | 'EC'): Promise<Answer> {
    const certificate = await this.openscCertificate(slot);
    return inFolder(async (folder) => {
      const [challenge, signature, publicKey] = ['challenge', 'signature', 'public.pem'].map((name) =>
        join(folder, name),
      );
      if (challenge === undefined || signature === undefined || publicKey === undefined) throw new Error('no folder');
      await writeFile(challenge, crypto.getRandomValues(new Uint8Array(32)));
      const mechanism = kind === 'RSA' ? ['SHA256-RSA-PKCS'] : ['ECDSA-SHA256', '--signature-format', 'openssl'];
      const signed = await this.ask(
        'pkcs11-tool',
        [
          ...['--module', OPENSC_MODULE, '--login', '--pin', 'env:CARD_PIN', '--sign', '--id', OPENSC_ID[slot]],
          ...['--mechanism', ...mechanism, '--input-file', challenge, '--output-file', signature],
        ],
        '',
        { CARD_PIN: pin },
      );
      if (!signed.succeeded) return signed;
      const key = await this.ask('openssl', ['x509', '-noout', '-pubkey'], certificate);
      await writeFile(publicKey, key.text);
      return this.ask('openssl', ['dgst', '-sha256', '-verify', publicKey, '-signature', signature, challenge]);
    });
  }

  private ask(program: string, args: readonly string[], input = '', extra: NodeJS.ProcessEnv = {}): Promise<Answer> {
    return askProgram(program, args, { env: { ...this.env, ...extra }, input });
  }
}

const hex = (text: string): string => (Buffer.from(text).toString('hex').match(/../g) ?? []).join(':');

/** Runs a program to its end, for at most `PATIENCE_MS`. A program that fails or cannot be started yields an answer too. */
export async function askProgram(
  program: string,
  args: readonly string[],
  { env = process.env, input = '' }: { env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<Answer> {
  const running = run(program, args, { env, timeout: PATIENCE_MS });
  // A program that reads no input may end before the input is written.
  running.child.stdin?.on('error', () => undefined).end(input);
  return running.then(
    ({ stdout, stderr }) => ({ succeeded: true, text: stdout + stderr }),
    (error: unknown) => ({ succeeded: false, text: failureText(error) }),
  );
}

function failureText(error: unknown): string {
  const { stdout = '', stderr = '', message = '' } = error as { stdout?: string; stderr?: string; message?: string };
  return stdout + stderr === '' ? message : stdout + stderr;
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cardwright-tools-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
