import { createHash, randomBytes, randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  CardwrightError,
  commands,
  isMethod,
  keyProofMessage,
  publicJwk,
  readStep,
  seal,
  sessionIdOf,
  unseal,
  validate,
  type CardFacts,
  type CommandOutcome,
  type DeviceInfo,
  type EscrowContent,
  type ManagementKeyAlgorithm,
  type Method,
  type Params,
  type PublicJwk,
  type PublicJwkSet,
  type Result,
  type SecretReference,
  type StepPayload,
} from '@cardwright/protocol';
import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import type { FakeCard } from './fake-card.js';
import { FakeFidoHost } from './fake-fido-host.js';

const KEY_LENGTH: Record<ManagementKeyAlgorithm, number> = { '3DES': 24, 'AES-128': 16, 'AES-192': 24, 'AES-256': 32 };

type StepResult<M extends Method> = Result<M> | Promise<Result<M>>;
type Handlers = { [M in Method]?: (params: Params<M>, step: StepPayload) => StepResult<M> };

/**
 * Breaks a step off: `before` the command reaches the card, `after` it was carried out and only the answer is lost, or
 * `unanswered`, where the answer that is lost may also be a refusal.
 */
export interface Pull {
  readonly method: Method;
  readonly when: 'before' | 'after' | 'unanswered';
  /** Which of the session's commands of that name, from 1; the first where it is left out. */
  readonly nth?: number;
}

const factsOf = ({ model, serial, guid, certificates }: DeviceInfo): CardFacts => ({
  model,
  serial,
  guid,
  certificates,
});

/**
 * A host of one page session: it verifies steps and opens sealed secrets for real, and plays a card. The user's new PIN
 * and present PIN come from `user`.
 */
export class FakeHost {
  readonly executed: Method[] = [];
  /** Every secret that passed through this host, for the search of the database. */
  readonly secrets: string[] = [];
  pull: Pull | undefined;
  user: () => string = () => '739164';
  /** The user's answer to the question whether the card may be erased; throws where the user does not confirm. */
  confirm: () => void = () => undefined;
  #prepared: { content: EscrowContent; digest: string } | undefined;
  #last = -1;
  /** Its part for the FIDO2 application, with what its user and their browser do there. */
  readonly fido: FakeFidoHost;
  /** What the card showed when it was opened. A step has to be made for exactly that. */
  #opened: DeviceInfo;
  /** Whether it runs steps that were made for another card, as a person's own host would. */
  lies = false;

  private constructor(
    readonly card: FakeCard,
    readonly deviceId: string,
    readonly origin: string,
    readonly cms: PublicJwkSet,
    readonly key: PublicJwk,
    /** Its session's id. */
    readonly session: string,
    private readonly privateKey: CryptoKey,
  ) {
    this.#opened = card.describe(deviceId);
    this.fido = new FakeFidoHost(card, {
      // Of its other application it knows what it saw when it opened the device.
      describe: () => ({ ...this.#opened, fido2: card.describe(deviceId).fido2 }),
      reopen: () => (this.#opened = card.describe(deviceId)),
      initialPin: () => this.#prepared?.content.pin,
      keepSecret: (secret) => this.secrets.push(secret),
    });
  }

  static async open(card: FakeCard, origin: string, cms: PublicJwkSet): Promise<FakeHost> {
    const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { extractable: true, crv: 'P-256' });
    const deviceId = card.serial ?? card.guid ?? `reader-${randomBytes(4).toString('hex')}`;
    const key = validate(publicJwk, await exportJWK(publicKey));
    return new FakeHost(card, deviceId, origin, cms, key, await sessionIdOf(key), privateKey);
  }

  get startRequest() {
    return {
      kind: 'issue',
      device: this.card.describe(this.deviceId),
      host: { key: this.key },
    } as const;
  }

  /** Runs a step up to its first error, after checking all that a step is bound to. */
  async run(jws: string): Promise<CommandOutcome[]> {
    const step = await readStep(jws, this.cms);
    if (step.origin !== this.origin) throw new CardwrightError('STEP_REFUSED', { reason: 'origin' });
    if (step.session !== this.session) throw new CardwrightError('STEP_REFUSED', { reason: 'session' });
    if (step.device !== this.deviceId) throw new CardwrightError('STEP_REFUSED', { reason: 'device' });
    if (!this.lies && !isDeepStrictEqual(step.card, factsOf(this.#opened)))
      throw new CardwrightError('STEP_REFUSED', { reason: 'card' });
    if (step.number <= this.#last) throw new CardwrightError('STEP_REFUSED', { reason: 'order' });
    if (step.expires < Date.now() / 1000) throw new CardwrightError('STEP_REFUSED', { reason: 'expired' });
    this.#last = step.number;
    const outcomes: CommandOutcome[] = [];
    for (const { method, params } of step.commands) {
      if (!isMethod(method)) throw new CardwrightError('METHOD_NOT_FOUND');
      try {
        outcomes.push({ method, result: await this.#execute(method, params, step) });
      } catch (error) {
        if (!(error instanceof CardwrightError)) throw error;
        outcomes.push({ method, error: error.toWire() });
        break;
      }
    }
    return outcomes;
  }

  async #execute(method: Method, params: unknown, step: StepPayload): Promise<Record<string, unknown>> {
    const checked = validate(commands[method].params, params);
    // Checked against the table's schema for this very method.
    const handler = this.#handlers[method] as
      ((params: unknown, step: StepPayload) => object | Promise<object>) | undefined;
    if (!handler) throw new CardwrightError('METHOD_NOT_FOUND');
    const { pull } = this;
    const nth = this.executed.filter((earlier) => earlier === method).length + 1;
    const isPulled = pull?.method === method && nth >= (pull.nth ?? 1);
    if (isPulled && pull.when === 'before') throw new CardwrightError('CARD_REMOVED');
    this.executed.push(method);
    try {
      const result = await handler(checked, step);
      if (isPulled) throw new CardwrightError('CARD_REMOVED');
      return { ...result };
    } catch (error) {
      throw isPulled && pull.when === 'unanswered' ? new CardwrightError('CARD_REMOVED') : error;
    }
  }

  readonly #handlers: Handlers = {
    'fido.getInfo': () => this.fido.getInfo(),
    'fido.setPin': () => this.fido.setPin(),
    'fido.changePin': () => this.fido.changePin(),
    'fido.createCredential': (params) => this.fido.createCredential(params),
    'fido.deleteCredential': (params) => this.fido.deleteCredential(params),
    'fido.reset': () => this.fido.reset(),
    'device.reset': () => {
      this.confirm();
      this.card.erase();
      this.#prepared = undefined;
      this.#opened = this.card.describe(this.deviceId);
      return { device: this.card.describe(this.deviceId) };
    },
    'managementKey.getChallenge': () => this.card.challenge(),
    'managementKey.authenticate': ({ response, challenge, nextAlgorithm }) => {
      const cardResponse = this.card.authenticate(response, challenge);
      if (cardResponse !== undefined) return { cardResponse };
      throw new CardwrightError('MANAGEMENT_KEY_REFUSED', {
        next: nextAlgorithm === null ? null : this.card.challenge(),
      });
    },
    'object.write': ({ object, content }) => {
      this.card.objects.set(object, content);
      return {};
    },
    'object.read': ({ object }) => ({ content: this.card.objects.get(object) ?? null }),
    'credentials.prepare': async ({ managementKey, pinLength }, step) => {
      const content: EscrowContent = {
        managementKey: managementKey && {
          algorithm: managementKey,
          key: randomBytes(KEY_LENGTH[managementKey]).toString('base64url'),
        },
        puk: randomInt(10 ** 7, 10 ** 8).toString(),
        pin: randomInt(10 ** (pinLength - 1), 10 ** pinLength).toString(),
      };
      this.secrets.push(content.puk, content.pin, ...(content.managementKey ? [content.managementKey.key] : []));
      const key = this.cms.keys.find(({ use }) => use === 'enc');
      if (!key) throw new Error('the CMS has no sealing key');
      const escrow = await seal(Buffer.from(JSON.stringify(content)), key, this.#context(step, 'escrow'));
      const digest = createHash('sha256').update(escrow).digest('base64url');
      this.#prepared = { content, digest };
      return { escrow, digest };
    },
    'credentials.restore': async ({ digest, secrets }, step) => {
      const puk = await this.#open(secrets.puk, step, 'puk');
      const pin = await this.#open(secrets.pin, step, 'pin');
      this.#prepared = { content: { managementKey: null, puk, pin }, digest };
      return {};
    },
    'credentials.apply': async ({ digest, secrets }, step) => {
      if (this.#prepared?.digest !== digest) throw new CardwrightError('ESCROW_MISMATCH');
      const { managementKey, puk, pin } = this.#prepared.content;
      if (managementKey)
        this.card.managementKey = {
          algorithm: managementKey.algorithm,
          key: Buffer.from(managementKey.key, 'base64url'),
        };
      if (this.stopAfter === 'management-key') throw new CardwrightError('CARD_REMOVED');
      this.card.usePuk(await this.#open(secrets.puk, step, 'puk'));
      this.card.puk = puk;
      if (this.stopAfter === 'puk') throw new CardwrightError('CARD_REMOVED');
      this.card.setPin(pin);
      return { managementKeyChanged: managementKey !== null };
    },
    'key.generate': async ({ slot, algorithm }) => ({ publicKey: await this.card.generate(slot, algorithm) }),
    'key.attest': async ({ slot }) => ({ attestation: await this.card.attest(slot) }),
    'key.prove': ({ slot, algorithm, challenge }) => this.card.prove(slot, algorithm, keyProofMessage(challenge)),
    'csr.create': async ({ slot, commonName, challenge, secrets }, step) => {
      const request = await this.card.request(slot, commonName, challenge);
      if (slot !== '9E') await this.#verifyPin(secrets.pin, step);
      return { request };
    },
    'certificate.write': ({ slot, certificate }) => {
      this.card.certificates.set(slot, certificate);
      return {};
    },
    'certificate.read': ({ slot }) => ({ certificate: this.card.certificates.get(slot) ?? null }),
    'pin.verify': async ({ secrets }, step) => {
      await this.#verifyPin(secrets.pin, step);
      return {};
    },
    'pin.change': async ({ secrets }, step) => {
      const newPin = this.#askUser();
      await this.#verifyPin(secrets.pin, step);
      this.card.setPin(newPin);
      return {};
    },
  };

  /** Pulls the card inside `credentials.apply`, when it has this and nothing of what comes after it. */
  stopAfter: 'management-key' | 'puk' | undefined;

  #askUser(): string {
    const pin = this.user();
    this.secrets.push(pin);
    return pin;
  }

  async #verifyPin(from: SecretReference | undefined, step: StepPayload): Promise<void> {
    const pin = await this.#pinOf(from, step);
    if (pin === undefined) throw new CardwrightError('SECRET_MISSING');
    if (pin !== this.card.pin) throw new CardwrightError('PIN_INCORRECT', { retriesLeft: 2 });
  }

  #pinOf(from: SecretReference | undefined, step: StepPayload): string | undefined | Promise<string> {
    if (from?.source === 'user') return this.#askUser();
    return from?.source === 'session' ? this.#prepared?.content.pin : this.#open(from, step, 'pin');
  }

  async #open(from: SecretReference | undefined, step: StepPayload, purpose: 'pin' | 'puk'): Promise<string> {
    if (from?.source !== 'cms') throw new CardwrightError('SECRET_MISSING');
    return Buffer.from(await unseal(from.sealed, this.privateKey, this.#context(step, purpose))).toString();
  }

  #context({ operation, device }: StepPayload, purpose: 'escrow' | 'pin' | 'puk') {
    return { origin: this.origin, operation, device, session: this.session, purpose };
  }
}
