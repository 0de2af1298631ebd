import {
  CardwrightError,
  isMethod,
  validate,
  type Method,
  type Params,
  type Result,
  type UserParams,
} from '@cardwright/protocol';
import { userRequests, type UserSecret } from '@cardwright/protocol/command-definitions';
import type { Progress } from '@cardwright/protocol/messages';
import type { RegistrationResponse } from '@cardwright/protocol/passkeys';
import type { PublicJwk, PublicJwkSet } from '@cardwright/protocol/schemas';
import { seal } from '@cardwright/protocol/sealing';
import { readStep, type CommandOutcome } from '@cardwright/protocol/steps';
import { WindowKey } from '../../simulation/support/window-key.js';
import { OwnSteps } from './own-steps.js';
import { PageSession } from './page-session.js';
import { PlayedFido } from './played-fido.js';
import { PullableStep, type ApplyStop, type Pull } from './pull.js';
import type { TestCard } from './test-card.js';

/** The factory values of every new card, which are no secrets. */
const FACTORY_VALUES = ['123456', '12345678', 'AQIDBAUGBwgBAgMEBQYHCAECAwQFBgcI'];

type ErasureQuestion = Exclude<UserParams<'user.confirm'>['action'], 'reset-fido'>;

/** True if a step may have commands for FIDO. */
const namesFido = (jws: string): boolean => Buffer.from(jws.split('.')[1] ?? '', 'base64url').includes('"fido.');

/**
 * A page's session with the real host and a card in its reader, as the sdk's relay loop sees it. It answers the host's questions
 * in place of the extension and its user.
 */
export class PlayedHost {
  /** The commands that reached the card. */
  readonly executed: Method[] = [];
  /** Every secret that the user typed or that came onto the card here, to search a database for them. */
  readonly secrets: string[] = [];
  /** The questions for secrets, each in a window of its own, in their order. */
  readonly questions: UserParams<'user.enterSecrets'>[] = [];
  pull: Pull | undefined;
  stopAfter: ApplyStop | undefined;
  /** Returns the PIN that the user types or chooses for a question of the host; throws if they do not. */
  user: (secret: UserSecret, question: UserParams<'user.enterSecrets'>) => string = () => '739164';
  /** Answers the question whether the card, and what else, may be erased; throws if the user refuses. */
  confirm: (action: ErasureQuestion) => void = () => undefined;
  /** User, browser and host for the FIDO2 application. */
  readonly fido: PlayedFido;
  readonly #windows = new WindowKey();
  #page: PageSession | undefined;
  #step: PullableStep | undefined;
  #own: OwnSteps | undefined;

  private constructor(
    readonly card: TestCard,
    readonly origin: string,
    /** The CMS's keys, as its site publishes them. */
    readonly cms: PublicJwkSet,
    private readonly relyingParties: readonly string[],
  ) {
    this.fido = new PlayedFido(card);
  }

  /**
   * Inserts the card, takes it from the session that holds it, and opens it in a new one.
   *
   * @param relyingParties origins for which the administrator lets the site register passkeys
   */
  static async open(
    card: TestCard,
    origin: string,
    cms: PublicJwkSet,
    relyingParties: readonly string[] = [],
  ): Promise<PlayedHost> {
    const host = new PlayedHost(card, origin, cms, relyingParties);
    await host.#start(cms);
    return host;
  }

  get key(): PublicJwk {
    return this.#session.key;
  }

  /** The session's id. */
  get session(): string {
    return this.#session.id;
  }

  get startRequest() {
    return { kind: 'issue', device: this.#session.device, host: { key: this.key } } as const;
  }

  /** Begins another session, whose host runs steps for another card, as anyone's own host could. */
  async lie(): Promise<void> {
    this.#own = await OwnSteps.open(this.cms);
    await this.#start(this.#own.trusted);
  }

  /**
   * Runs a step up to its first error.
   *
   * @throws CardwrightError if the host refuses the whole step
   */
  run(jws: string): Promise<CommandOutcome[]> {
    return this.card.exclusively(async () => {
      const step = new PullableStep(this.card, this.executed, this.pull, this.stopAfter);
      this.#step = step;
      const accepted = this.#own ? await this.#own.signAgain(jws, this.#session.device) : jws;
      const outcomes = await this.#session.run(accepted);
      // Most steps have none, and a signature takes time to verify.
      if (namesFido(jws)) this.fido.noteOrders(await readStep(jws, this.cms));
      this.#keepSecrets();
      return this.fido.tell(step.end(outcomes));
    });
  }

  /** Sends the host a command outside of steps, as a script in the page can. */
  ask<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    return this.card.exclusively(() => this.#session.ask(method, params));
  }

  get #session(): PageSession {
    if (!this.#page) throw new Error('the session has not begun');
    return this.#page;
  }

  async #start(trusted: PublicJwkSet): Promise<void> {
    const end = {
      onProgress: (progress: Progress) => this.#follow(progress),
      answer: (method: string, params: unknown) => this.#answer(method, params),
    };
    const { origin, relyingParties } = this;
    const told = { origin, cms: trusted, relyingParties, windowKey: await this.#windows.publicKey };
    this.#page = await this.card.exclusively(() => PageSession.start(this.card, told, end));
  }

  #follow({ kind, method, index }: Progress): void {
    if (kind === 'reinsert') setImmediate(() => this.card.reinsert());
    if (kind === 'command' && index !== undefined && method !== undefined && isMethod(method))
      this.#step?.begin(method, index);
  }

  async #answer(method: string, params: unknown): Promise<object> {
    switch (method) {
      case 'user.confirm':
        this.#confirm(validate(userRequests[method].params, params));
        return {};
      case 'user.enterSecrets':
        return { sealed: await this.#enterSecrets(validate(userRequests[method].params, params)) };
      case 'user.createPasskey':
        return { registration: await this.#createPasskey(validate(userRequests[method].params, params)) };
      default:
        throw new CardwrightError('METHOD_NOT_FOUND');
    }
  }

  #confirm({ action }: UserParams<'user.confirm'>): void {
    if (action === 'reset-fido') this.fido.confirm();
    else this.confirm(action);
  }

  async #enterSecrets(question: UserParams<'user.enterSecrets'>): Promise<Record<string, string>> {
    const { secrets, device, operation } = question;
    this.questions.push(question);
    const sealed: Record<string, string> = {};
    for (const purpose of secrets) {
      const isFido = purpose === 'fidoPin' || purpose === 'newFidoPin';
      const typed = isFido ? this.fido.user(purpose) : this.user(purpose, question);
      this.#keep(typed);
      const context = { origin: this.origin, operation, device: device.id, session: this.session, purpose };
      sealed[purpose] = await seal(new TextEncoder().encode(typed), this.key, context);
    }
    return sealed;
  }

  async #createPasskey(asked: UserParams<'user.createPasskey'>): Promise<RegistrationResponse> {
    const { device, operation, temporaryPin } = asked;
    const context = { origin: this.origin, operation, device: device.id, session: this.session } as const;
    const pin = temporaryPin && (await this.#windows.open(temporaryPin, { ...context, purpose: 'temporaryPin' }));
    return this.fido.createPasskey(asked, pin);
  }

  #keepSecrets(): void {
    for (const secret of [this.card.puk, this.card.pin, this.card.managementKey.key.toString('base64url')])
      this.#keep(secret);
  }

  #keep(secret: string): void {
    if (!this.secrets.includes(secret) && !FACTORY_VALUES.includes(secret)) this.secrets.push(secret);
  }
}
