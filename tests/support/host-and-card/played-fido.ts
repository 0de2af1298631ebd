import { CardwrightError, commands, type Params, type Result, type UserParams } from '@cardwright/protocol';
import type { UserSecret } from '@cardwright/protocol/command-definitions';
import type { RegistrationResponse } from '@cardwright/protocol/passkeys';
import type { CommandOutcome, StepPayload } from '@cardwright/protocol/steps';
import * as v from 'valibot';
import { registerLikeABrowser } from '../../simulation/passkeys/support/browser.js';
import type { SoftwareAuthenticator } from '../passkeys/software-authenticator.js';
import type { TestCard } from './test-card.js';

const CREATE = 'fido.createCredential';

type Created = Result<typeof CREATE>;

/** Plays user and browser for the FIDO2 application, and the lies of a host about it. */
export class PlayedFido {
  /** The orders of passkeys in all steps that ran. */
  readonly orders: Params<typeof CREATE>[] = [];
  /** Returns the FIDO PIN that the user types or chooses; throws if they do not. */
  user: (secret: UserSecret) => string = () => '852074';
  /** Returns the FIDO PIN that the user types or chooses in the browser's dialog. */
  dialog: () => string = () => '852074';
  /** Answers the question whether the application may be reset; throws if the user refuses. */
  confirm: () => void = () => undefined;
  /** The security key that the user takes in the browser's dialog; by default this device. */
  taken: SoftwareAuthenticator | undefined;
  /** Changes a result as a lying host does; throws to claim a failure. */
  lie: (created: Created) => Created = (created) => created;

  constructor(private readonly card: TestCard) {}

  noteOrders({ commands: ordered }: StepPayload): void {
    for (const { method, params } of ordered)
      if (method === CREATE) this.orders.push(v.parse(commands[method].params, params));
  }

  /** Creates a passkey as the browser does while it has the device. */
  async createPasskey(
    { options, origin }: UserParams<'user.createPasskey'>,
    temporaryPin: string | null,
  ): Promise<RegistrationResponse> {
    if (this.taken) return this.taken.register(options, origin).response;
    const { board, reader } = this.card.readerOfBrowser();
    return registerLikeABrowser(board, reader, { options, origin }, temporaryPin ?? this.dialog());
  }

  /** Returns the outcomes of a step that the page gets. */
  tell(outcomes: readonly CommandOutcome[]): CommandOutcome[] {
    return outcomes.map((outcome) => {
      if (outcome.method !== CREATE || !('result' in outcome)) return outcome;
      try {
        return { ...outcome, result: { ...this.lie(v.parse(commands[CREATE].result, outcome.result)) } };
      } catch (error) {
        if (!(error instanceof CardwrightError)) throw error;
        return { method: CREATE, error: error.toWire() };
      }
    });
  }
}
