import type { Card } from '../card/card.js';
import type { FidoProfile } from '../card/fido-profile.js';
import type { CtapCommand, Pending } from './authenticator-context.js';
import { authenticatorConfig } from './authenticator-config.js';
import { encodeCbor } from './cbor.js';
import { clientPin } from './client-pin.js';
import { credentialManagement } from './credential-management.js';
import { CtapError, CtapStatus } from './ctap-status.js';
import { getAssertion, getNextAssertion } from './get-assertion.js';
import { getInfo } from './get-info.js';
import { makeCredential } from './make-credential.js';
import { FidoPinSession } from './fido-pin-session.js';
import { reset, selection } from './reset.js';
import { UserPresence } from './user-presence.js';

interface Entry {
  readonly run: CtapCommand;
  /** Set when the command has parameters. If not set, bytes after the command byte are refused. */
  readonly takesParameters: boolean;
  /** Set when the command may continue the previous command. */
  readonly continues?: boolean;
  /**
   * `true` for a command that exists since CTAP 2.1, `false` for a command that existed only before CTAP 2.1. Undefined for a command that exists in
   * all versions.
   */
  readonly since21?: boolean;
}

/** Commands by their byte (CTAP 2.1, 6). 0x41 is the credential management of CTAP 2.1 PRE. */
const commands: ReadonlyMap<number, Entry> = new Map<number, Entry>([
  [0x01, { run: makeCredential, takesParameters: true }],
  [0x02, { run: getAssertion, takesParameters: true }],
  [0x04, { run: getInfo, takesParameters: false }],
  [0x06, { run: clientPin, takesParameters: true }],
  [0x07, { run: reset, takesParameters: false }],
  [0x08, { run: getNextAssertion, takesParameters: false, continues: true }],
  [0x0a, { run: credentialManagement, takesParameters: true, continues: true, since21: true }],
  [0x0b, { run: selection, takesParameters: false, since21: true }],
  [0x0d, { run: authenticatorConfig, takesParameters: true, since21: true }],
  [0x41, { run: credentialManagement, takesParameters: true, continues: true, since21: false }],
]);

/** A CTAP2 authenticator, which executes a command's bytes and returns a status and CBOR. */
export class Authenticator {
  readonly #card: Card;
  readonly #profile: FidoProfile;
  readonly #pins: FidoPinSession;
  readonly #presence: UserPresence;
  readonly #poweredAt: number;
  #pending = nothingPending();

  constructor(card: Card, profile: FidoProfile) {
    this.#card = card;
    this.#profile = profile;
    this.#pins = new FidoPinSession(card, profile);
    this.#presence = new UserPresence(card);
    this.#poweredAt = card.clock.now();
  }

  get isWaitingForTouch(): boolean {
    return this.#presence.isWaiting;
  }

  /** Discards the key agreement, the PIN token and all pending answers. Called when the reader resets the card. */
  forget(): void {
    this.#pins.forget();
    this.#pending = nothingPending();
  }

  /**
   * Executes a message (command byte and parameters). Returns the status byte and, on success, the CBOR of the answer, which may be empty.
   *
   * @param cancelled aborts when the client cancels
   */
  async execute(message: Buffer, cancelled: AbortSignal): Promise<Buffer> {
    try {
      const answer = await this.#run(message, cancelled);
      return Buffer.concat([Buffer.of(CtapStatus.ok), answer === undefined ? Buffer.alloc(0) : encodeCbor(answer)]);
    } catch (error) {
      if (error instanceof CtapError) return Buffer.of(error.status);
      throw error;
    }
  }

  #run(message: Buffer, cancelled: AbortSignal): unknown {
    const [command] = message;
    if (command === undefined) throw new CtapError(CtapStatus.invalidLength, 'no command');
    if (message.length > this.#profile.maxMessageBytes) throw new CtapError(CtapStatus.requestTooLarge, 'too long');
    const entry = commands.get(command);
    if (!entry || (entry.since21 ?? this.#profile.permissions) !== this.#profile.permissions) {
      throw new CtapError(CtapStatus.invalidCommand, 'no such command');
    }
    if (!entry.takesParameters && message.length > 1) throw new CtapError(CtapStatus.invalidLength, 'no parameters');
    if (!entry.continues) this.#pending = nothingPending();
    return entry.run(
      {
        ...{ card: this.#card, profile: this.#profile, fido: this.#card.fido },
        ...{ pins: this.#pins, presence: this.#presence, poweredAt: this.#poweredAt },
        ...{ cancelled, pending: this.#pending },
      },
      message.subarray(1),
    );
  }
}

function nothingPending(): Pending {
  return { assertion: undefined, relyingParties: [], credentials: [] };
}
