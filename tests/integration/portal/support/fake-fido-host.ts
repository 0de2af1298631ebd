import { CardwrightError, type DeviceInfo, type Params, type Result, type SecretReference } from '@cardwright/protocol';
import type { FakeAuthenticator, Making } from './fake-authenticator.js';
import type { FakeCard } from './fake-card.js';

/** What the rest of a host does for its FIDO part. */
interface Surroundings {
  readonly describe: () => DeviceInfo;
  /** The device was released, and is open again. */
  readonly reopen: () => void;
  readonly initialPin: () => string | undefined;
  readonly keepSecret: (secret: string) => void;
}

type Created = Result<'fido.createCredential'>;

/** The commands of the FIDO2 application, as a host carries them out. */
export class FakeFidoHost {
  /** Orders of passkeys, for what a test wants to know of them. */
  readonly orders: Params<'fido.createCredential'>[] = [];
  /** The user's FIDO PIN, which they type; throws where they do not. */
  user: () => string = () => '852074';
  /** The user's answer to the question whether it may be reset. */
  confirm: () => void = () => undefined;
  /** The security key that the user takes in the dialog of the browser; this device by default. */
  taken: FakeAuthenticator | undefined;
  /** What a lying host has its authenticator make. */
  forge: (making: Making) => Making = (making) => making;
  /** What a lying host makes of a result. */
  lie: (created: Created) => Created = (created) => created;
  #remembered: string | undefined;

  constructor(
    private readonly card: FakeCard,
    private readonly around: Surroundings,
  ) {}

  get #authenticator(): FakeAuthenticator {
    if (!this.card.fido || !this.card.isFidoReached) throw new CardwrightError('FIDO_UNREACHABLE');
    return this.card.fido;
  }

  getInfo(): Result<'fido.getInfo'> {
    return { device: this.around.describe(), pinRetriesLeft: this.#authenticator.pin === null ? null : 8 };
  }

  setPin(): Result<'fido.setPin'> {
    this.#authenticator.pin = this.#remembered = this.#ask();
    return { device: this.around.describe() };
  }

  changePin(): Record<string, never> {
    this.#authenticator.verify(this.#ask());
    this.#authenticator.pin = this.#ask();
    this.#authenticator.forcePinChange = false;
    return {};
  }

  createCredential(order: Params<'fido.createCredential'>): Created {
    this.orders.push(order);
    const { way, origin, options, proof, secrets } = order;
    if (way === 'host') this.#verify(secrets.fidoPin);
    const maker = way === 'host' ? this.#authenticator : (this.taken ?? this.card.fido);
    if (!maker) throw new CardwrightError('PASSKEY_NOT_COMPLETED');
    // The dialog of the browser has its user choose a PIN where there is none.
    if (way !== 'host') maker.pin ??= '852074';
    const { rp, user, challenge } = options;
    const registration = maker.make(this.forge({ rpId: rp.id, userId: user.id, challenge, origin }));
    if (way !== 'host') this.around.reopen();
    const reached = this.card.isFidoReached ? this.card.fido : null;
    return this.lie({
      registration,
      proof: proof === null ? null : (reached?.prove(registration.id, proof) ?? null),
      device: this.around.describe(),
    });
  }

  deleteCredential({ credential, secrets }: Params<'fido.deleteCredential'>): Result<'fido.deleteCredential'> {
    this.#verify(secrets.fidoPin);
    return { deleted: this.#authenticator.delete(credential) };
  }

  reset(): Result<'fido.reset'> {
    this.confirm();
    if (this.card.sharesPin) throw new CardwrightError('FIDO_RESET_REFUSED', { reason: 'shared' });
    this.#authenticator.reset();
    this.#remembered = undefined;
    this.around.reopen();
    return { device: this.around.describe() };
  }

  #verify(from: SecretReference | null): void {
    const pin = from?.source === 'user' ? this.#ask() : (this.#remembered ?? this.around.initialPin());
    if (pin === undefined) throw new CardwrightError('SECRET_MISSING');
    this.#authenticator.verify(pin);
  }

  #ask(): string {
    const pin = this.user();
    this.around.keepSecret(pin);
    return pin;
  }
}
