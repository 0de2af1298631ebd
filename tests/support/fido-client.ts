import { askProgram, inRepository } from '@cardwright/stage';
import * as v from 'valibot';

const PYTHON = '/usr/bin/python3';
const PROGRAM = inRepository('tests', 'integration', 'virtual-card', 'fido_client.py');

const refusal = v.object({ error: v.string() });
const credentials = v.object({
  credentials: v.array(
    v.object({
      rpId: v.string(),
      credentialId: v.string(),
      userId: v.string(),
      userName: v.nullable(v.string()),
      publicKey: v.string(),
    }),
  ),
});
const assertion = v.object({
  verified: v.literal(true),
  credentialId: v.string(),
  userPresent: v.boolean(),
  userVerified: v.boolean(),
  keyFrom: v.picklist(['order', 'authenticator']),
});
const retries = v.object({ retries: v.number() });

/** A discoverable credential, as an authenticator reports it. Bytes are base64url. */
export type HeldCredential = v.InferOutput<typeof credentials>['credentials'][number];

/** An independent FIDO client: Debian's python3-fido2 over PC/SC. PINs reach it only through its input. */
export class FidoClient {
  /**
   * @param env as for any PC/SC client: `PCSCLITE_CSOCK_NAME` selects the pcscd
   * @param reader the reader's name in PC/SC
   */
  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly reader: string,
  ) {}

  /** Returns why a PIN is refused, in the standard's terms, such as `PIN_INVALID`; null if it is accepted. */
  async refusalOfPin(pin: string): Promise<string | null> {
    const answer = await this.#ask('check-pin', { pin });
    const refused = v.safeParse(refusal, answer);
    return refused.success ? refused.output.error : null;
  }

  async credentials(pin: string): Promise<readonly HeldCredential[]> {
    return v.parse(credentials, await this.#ask('credentials', { pin })).credentials;
  }

  /** Makes a credential sign, with PIN and touch, and verifies the signature with a given public key (COSE) or the reported one. */
  async assert(order: {
    readonly rpId: string;
    readonly credentialId: string;
    readonly pin: string;
    readonly publicKey?: string;
  }): Promise<v.InferOutput<typeof assertion>> {
    return v.parse(assertion, await this.#ask('assert', order));
  }

  /** Sets the first FIDO PIN. */
  async setPin(newPin: string): Promise<void> {
    v.parse(v.strictObject({}), await this.#ask('set-pin', { newPin }));
  }

  /** Reads the tries left of the PIN. */
  async pinRetries(): Promise<number> {
    return v.parse(retries, await this.#ask('retries', {})).retries;
  }

  async #ask(command: string, order: object): Promise<unknown> {
    const answer = await askProgram(PYTHON, [PROGRAM, '--reader', this.reader, command], {
      env: this.env,
      input: JSON.stringify(order),
    });
    const line = answer.text.split('\n').find((one) => one.startsWith('{'));
    // Without an answer it prints the reason, which contains no PIN.
    if (line === undefined) throw new Error(`python3-fido2 gave no answer: ${answer.text}`);
    return JSON.parse(line);
  }
}
